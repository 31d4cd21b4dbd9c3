/** Subscribe tokens, as pages get them. */
export interface Ticket {
	url: string;
	token: string;
}

export async function ticketOf(
	{ url, cookies }: { url: string; cookies: ReadonlyMap<string, string> },
	name: string,
	address: string
): Promise<Ticket> {
	const answer = await fetch(`${url}/watch?room=${encodeURIComponent(address)}`, {
		headers: { cookie: cookies.get(name) ?? '' }
	});
	if (!answer.ok) throw new Error(`${name}: no token: ${answer.status}`);
	const { url: socket, token } = (await answer.json()) as Ticket;
	return { url: new URL(socket, url.replace('http', 'ws')).href, token };
}
