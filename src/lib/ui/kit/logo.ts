/** Half the mark, one quotation mark in a 32 × 24 box. The other half is turned around the box's centre. */
export const QUOTE = 'M15 3C8 5.5 3.5 10.5 3.5 16a5.25 5.25 0 1 0 5.6-5.24C9.8 8.6 12 6.4 15.8 4.8Z';
