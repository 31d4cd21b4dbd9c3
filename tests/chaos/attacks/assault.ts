/** What an attacker is given, and the loop that all attacks share. */

export interface Target {
	/** `http://127.0.0.1:…` */
	url: string;
	/** The attacker's own address. */
	address: string;
	/** The path of a room with fifty of the dearest messages that can be written. */
	room: string;
	/** The id of its newest message's number. */
	newest: number;
	/** The path of the largest static file. */
	file: string;
}

export interface Count {
	/** Requests, connections or frames. */
	tried: number;
	/** Those that the server refused or broke off. */
	refused: number;
}

/** Goes on until `over()`; what it opened it closes. */
export type Assault = (target: Target, over: () => boolean) => Promise<Count>;

/** Numbers that are named in one question: as many as the line of a request holds. */
export const HOLES = 1_990;

/** What is new, with as many separate holes as that. No two questions are equal: readers share the answers to equal ones. */
export function questionOfHoles({ room, newest }: Target, n: number): string {
	const scattered = Array.from({ length: HOLES }, (_, i) => 2 * i + 1).join(',');
	return `${room}/since?message=${newest}&change=0&changedAt=${n}&holes=${scattered}`;
}

/** So many people take part in an attack. */
export const PEOPLE = { rooms: 5, sends: 5, edits: 1, reactions: 15, reads: 3, presence: 15 } as const;

/** No attack makes more tries than this, however fast the machine is. */
export const MOST_TRIES = 300_000;

/** Tries in `parallel` loops. @param act answers whether the server took it; what is thrown counts as refused */
export async function flood(
	parallel: number,
	over: () => boolean,
	act: (n: number) => Promise<boolean>
): Promise<Count> {
	const count: Count = { tried: 0, refused: 0 };
	const loop = async () => {
		while (!over() && count.tried < MOST_TRIES) {
			const taken = await act(count.tried++).catch(() => false);
			if (taken) continue;
			count.refused++;
			// A connection that is refused at once must not become a busy loop of the attacker's own.
			await new Promise((again) => setTimeout(again, 1));
		}
	};
	await Promise.all(Array.from({ length: parallel }, loop));
	return count;
}

export const isTaken = ({ status }: { status: number }) => status > 0 && status < 400;
