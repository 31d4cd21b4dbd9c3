/** What the store tells whoever runs it. Never a value, a token, an API key or a query string. */
interface Facts {
	'hpkv-opened': { file: string; checked: boolean; ms: number };
	'hpkv-failed': { error: string };
	/** Commands on the same machine cannot reach this store. */
	'hpkv-control-failed': { error: string };
	'hpkv-closed': Record<string, never>;
	'socket-refused': { status: number; because: string; address: string };
	'socket-slow': { address: string };
}

export type StoreEvent = keyof Facts;

export type Log = <Event extends StoreEvent>(event: Event, facts: Facts[Event]) => void;
