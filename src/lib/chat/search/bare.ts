/** Letters without marks and case: `zoe` finds `Zoë` and `ZOË`. */
export const bare = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
