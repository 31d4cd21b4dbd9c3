/**
 * Hosts on a network that can be cut in two: network namespaces, each with a port at one of two bridges, where the machine allows
 * that. A host that is cut off is silent: no connection ends, and TCP goes on trying. The process of the row reaches each host
 * always, by a third bridge at which hosts do not see each other.
 */
import { execFileSync } from 'node:child_process';
import type { Host } from '../support/postgres.ts';

/** The upper half of 198.18.0.0/15, which RFC 2544 keeps for tests; the lower one has {@link Cable}'s. */
const NETWORK = '198.19';
/** In one network of each process: addresses for us below, and those between hosts from here on. */
const PEERS = 128;

export class Network {
	readonly hosts: (Host & { inside: readonly string[] })[] = [];
	readonly #id = process.pid;
	readonly #net = `${NETWORK}.${process.pid % 256}`;
	readonly #bridges = { always: `pb${this.#id}`, main: `pm${this.#id}`, island: `pi${this.#id}` };

	/** `undefined` where this machine has no namespaces or bridges for us. One at a time in a process. */
	static lay(count: number): Network | undefined {
		const network = new Network();
		process.once('exit', network.remove);
		try {
			for (const bridge of Object.values(network.#bridges)) {
				ip('link', 'add', bridge, 'type', 'bridge');
				ip('link', 'set', bridge, 'up');
			}
			ip('addr', 'add', `${network.#net}.${PEERS - 2}/25`, 'dev', network.#bridges.always);
			for (let at = 0; at < count; at++) network.#add(at);
			return network;
		} catch {
			network.remove();
			return undefined;
		}
	}

	/** Cuts these off from the others, not from each other. */
	isolate(...hosts: Host[]): void {
		for (const [at, host] of this.hosts.entries())
			this.#connect(at, hosts.some(({ peer }) => peer === host.peer) ? this.#bridges.island : this.#bridges.main);
	}

	heal(): void {
		this.isolate();
	}

	/** Ports go with their namespaces. */
	readonly remove = (): void => {
		process.off('exit', this.remove);
		for (const [at] of this.hosts.entries()) attempt('netns', 'del', this.#name(at));
		for (const bridge of Object.values(this.#bridges)) attempt('link', 'del', bridge);
	};

	#add(at: number): void {
		const name = this.#name(at);
		const [address, peer] = [`${this.#net}.${at + 1}`, `${this.#net}.${PEERS + at + 1}`];
		ip('netns', 'add', name);
		this.hosts.push({ address, peer, inside: ['ip', 'netns', 'exec', name] });
		ip('-n', name, 'link', 'set', 'lo', 'up');
		this.#plug(this.#port('a', at), name, `${address}/25`, 'always');
		ip('link', 'set', this.#port('a', at), 'master', this.#bridges.always);
		ip('link', 'set', this.#port('a', at), 'type', 'bridge_slave', 'isolated', 'on');
		this.#plug(this.#port('p', at), name, `${peer}/25`, 'peers');
		this.#connect(at, this.#bridges.main);
	}

	#plug(port: string, name: string, address: string, far: string): void {
		ip('link', 'add', port, 'type', 'veth', 'peer', 'name', far, 'netns', name);
		ip('link', 'set', port, 'up');
		ip('-n', name, 'addr', 'add', address, 'dev', far);
		ip('-n', name, 'link', 'set', far, 'up');
	}

	#connect(at: number, bridge: string): void {
		ip('link', 'set', this.#port('p', at), 'master', bridge);
	}

	#name = (at: number) => `parley-${this.#id}-${at}`;
	#port = (kind: string, at: number) => `p${kind}${this.#id}-${at}`;
}

function ip(...words: string[]): void {
	execFileSync('ip', words, { stdio: 'ignore' });
}

function attempt(...words: string[]): void {
	try {
		ip(...words);
	} catch {
		// It was never made.
	}
}
