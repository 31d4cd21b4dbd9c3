/**
 * A host of its own for the app, and a cable to it that can be pulled: a network namespace with two veth pairs, where the
 * machine allows that. What is pulled is as silent as on a real network: nobody is told, and TCP goes on trying.
 */
import { execFileSync } from 'node:child_process';

/** Below 198.18.0.0/15, which RFC 2544 keeps for tests: no host of anybody's is there. */
const NETWORK = '198.18';

export class Cable {
	/** Where readers find the host, until it is pulled. */
	readonly readers: string;
	/** Where it is always found. */
	readonly always: string;
	readonly #name: string;

	private constructor(name: string, net: number) {
		this.#name = name;
		this.readers = `${NETWORK}.${net}.2`;
		this.always = `${NETWORK}.${net}.6`;
	}

	/** `undefined` where this machine has no namespaces for us. */
	static lay(): Cable | undefined {
		const net = process.pid % 256;
		const cable = new Cable(`parley-${process.pid}`, net);
		try {
			cable.#ip('netns', 'add', cable.#name);
			process.once('exit', cable.remove);
			cable.#pair('a', `${NETWORK}.${net}.1/30`, `${cable.readers}/30`);
			cable.#pair('b', `${NETWORK}.${net}.5/30`, `${cable.always}/30`);
			return cable;
		} catch {
			cable.remove();
			return undefined;
		}
	}

	/** What a command begins with that runs on the host. */
	get inside(): string[] {
		return ['ip', 'netns', 'exec', this.#name];
	}

	pull(): void {
		this.#far('link', 'set', this.#end('a'), 'down');
	}

	plug(): void {
		this.#far('link', 'set', this.#end('a'), 'up');
	}

	/** The pairs go with their namespace. */
	readonly remove = (): void => {
		process.off('exit', this.remove);
		try {
			this.#ip('netns', 'del', this.#name);
		} catch {
			// It was never made.
		}
	};

	#pair(which: string, near: string, far: string): void {
		const here = `p${which}${process.pid}`;
		this.#ip('link', 'add', here, 'type', 'veth', 'peer', 'name', this.#end(which), 'netns', this.#name);
		this.#ip('addr', 'add', near, 'dev', here);
		this.#ip('link', 'set', here, 'up');
		this.#far('addr', 'add', far, 'dev', this.#end(which));
		this.#far('link', 'set', this.#end(which), 'up');
	}

	#end = (which: string) => `q${which}${process.pid}`;

	#far(...words: string[]): void {
		this.#ip('-n', this.#name, ...words);
	}

	#ip(...words: string[]): void {
		execFileSync('ip', words, { stdio: 'ignore' });
	}
}
