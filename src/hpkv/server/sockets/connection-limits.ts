/** How many sockets there may be: in all, of one address, of one holder, with one token. */
import { refusals, type Refusal } from '../../protocol/errors.ts';
import { BAD_SOCKET_COUNTS_FOR } from '../../protocol/limits.ts';
import type { Grant } from '../access-tokens.ts';

export interface ConnectionBounds {
	/** Sockets in all and from one address. */
	maxConnections: number;
	maxConnectionsPerAddress: number;
	/** Sockets of one holder of tokens, and with one token; Infinity: no limit. */
	maxConnectionsPerHolder: number;
	maxConnectionsPerToken: number;
	/** Sockets of a holder that were closed for bad frames within a minute; Infinity: it may open as many as it likes. */
	maxBadSockets: number;
}

/** Whom a socket counts for: the token's first holder, and the token. */
export interface Counted {
	holder?: string | undefined;
	token?: string;
}

export const countedOf = (grant: Grant | undefined): Counted =>
	grant ? { holder: grant.holders[0]?.id, token: grant.id } : {};

export class ConnectionLimits {
	readonly #bounds: ConnectionBounds;
	/** Sockets by what they count for. */
	readonly #counts = new Map<string, number>();

	constructor(bounds: ConnectionBounds) {
		this.#bounds = bounds;
	}

	/** Why one more socket would be refused now. */
	refusal(address: string | undefined, counted: Counted = {}): Refusal | undefined {
		const full = this.#limitsOf(address, counted).find(({ name, most }) => this.#countOf(name) >= most);
		return full?.refusal ?? this.#badSocketsRefusal(counted);
	}

	/** Counts a socket until the function that is returned is called. */
	take(address: string | undefined, counted: Counted): () => void {
		const names = this.#limitsOf(address, counted).map(({ name }) => name);
		for (const name of names) this.#count(name, 1);
		return () => {
			for (const name of names) this.#count(name, -1);
		};
	}

	/** Counts a socket that was closed for its frames, for a minute. */
	countBadSocket(counted: Counted): void {
		const name = badSocketsOf(counted);
		if (name === undefined || this.#bounds.maxBadSockets === Infinity) return;
		this.#count(name, 1);
		setTimeout(() => this.#count(name, -1), BAD_SOCKET_COUNTS_FOR).unref();
	}

	#badSocketsRefusal(counted: Counted): Refusal | undefined {
		const name = badSocketsOf(counted);
		if (name === undefined || this.#countOf(name) < this.#bounds.maxBadSockets) return undefined;
		return refusals.tooManyBadFrames;
	}

	/** What a socket counts for, and how many each may have. */
	#limitsOf(address: string | undefined, { holder, token }: Counted): Limit[] {
		const { maxConnections, maxConnectionsPerAddress, maxConnectionsPerHolder, maxConnectionsPerToken } = this.#bounds;
		const limits: Limit[] = [{ name: 'all', most: maxConnections, refusal: refusals.tooManySockets }];
		const add = (kind: string, value: string | undefined, most: number, refusal: Refusal) => {
			if (value !== undefined && most !== Infinity) limits.push({ name: `${kind} ${value}`, most, refusal });
		};
		add('address', address, maxConnectionsPerAddress, refusals.tooManyOfAddress);
		add('holder', holder, maxConnectionsPerHolder, refusals.tooManyOfHolder);
		add('token', token, maxConnectionsPerToken, refusals.tooManyOfToken);
		return limits;
	}

	#countOf(name: string): number {
		return this.#counts.get(name) ?? 0;
	}

	#count(name: string, by: number): void {
		const count = this.#countOf(name) + by;
		if (count === 0) this.#counts.delete(name);
		else this.#counts.set(name, count);
	}
}

interface Limit {
	name: string;
	most: number;
	refusal: Refusal;
}

function badSocketsOf({ holder, token }: Counted): string | undefined {
	const who = holder ?? token;
	return who === undefined ? undefined : `bad ${who}`;
}
