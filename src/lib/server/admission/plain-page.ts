/** Pages that are made without SvelteKit: rendering would cost the work that a refusal saves, or read what is refused. */

export function plainPage({ title, body }: { title: string; body: string }): string {
	return `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<meta name="viewport" content="width=device-width, initial-scale=1" />
		<meta name="color-scheme" content="light dark" />
		<title>${escaped(title)} · Parley</title>
	</head>
	<body>
		<h1>${escaped(title)}</h1>
		${body}
	</body>
</html>
`;
}

export const escaped = (text: string) => text.replace(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Whether a form's script asks, which reads a form action's failure. */
export const isScriptForm = ({ headers }: Request) => headers.has('x-sveltekit-action');

/** A form action's failure: `data` by devalue, with values by index. The layout shows `limited`. */
export const failure = (status: number, message: string, retryAfter?: number): string =>
	JSON.stringify({
		type: 'failure',
		status,
		data:
			retryAfter === undefined
				? JSON.stringify([{ error: 1, limited: 1 }, message])
				: JSON.stringify([{ error: 1, limited: 1, retryAfter: 2 }, message, retryAfter])
	});
