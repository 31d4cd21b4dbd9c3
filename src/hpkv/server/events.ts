/** What the store tells whoever runs it. Never a value, a token, an API key or a query string. */
interface Facts {
	/** `file`: or the address of the database. */
	'hpkv-opened': { file: string; checked: boolean; ms: number };
	/** Changes of other nodes may have been missed: sockets that hear are closed with 1012. */
	'hpkv-gap': { because: string };
	/** How many nodes serve this database now. */
	'hpkv-nodes': { nodes: number };
	/** The clocks of this machine and of the database have begun to differ by so much; 0: they do no more. */
	'hpkv-clock': { seconds: number };
	'hpkv-failed': { error: string };
	/** Commands on the same machine cannot reach this store. */
	'hpkv-control-failed': { error: string };
	'hpkv-closed': Record<string, never>;
	'socket-refused': { status: number; because: string; address: string };
	'socket-slow': { address: string };
}

export type StoreEvent = keyof Facts;

export type Log = <Event extends StoreEvent>(event: Event, facts: Facts[Event]) => void;
