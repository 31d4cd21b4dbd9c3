/** Bytes, of a form without a script. */
export const FORM_FILES = 'files';
/** The id of an uploaded file; one field for each, in their order. */
export const FILE_FIELD = 'file';
/** Of all files of the form. */
export const DESCRIPTION_FIELD = 'description';
/** Metadata is kept. */
export const ORIGINAL_FIELD = 'original';
export const altField = (id: string) => `alt-${id}`;

/** Of the upload API: the person of the page. Another may have signed in since, in another tab. */
export const PERSON_HEADER = 'parley-person';
