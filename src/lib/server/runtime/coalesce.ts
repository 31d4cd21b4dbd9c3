/**
 * One answer for all who ask the same at once, but only one that was looked for *after* they asked: whoever subscribes
 * and then asks would otherwise miss what was announced before.
 */
export function coalesce<T>(look: () => Promise<T>): () => Promise<T> {
	let running: Promise<T> | undefined;
	let waiting: Promise<T> | undefined;
	const ask = (): Promise<T> => {
		const answer = look().finally(() => {
			if (running === answer) running = undefined;
		});
		return (running = answer);
	};
	return () => {
		if (!running) return ask();
		const again = () => {
			waiting = undefined;
			return ask();
		};
		return (waiting ??= running.then(again, again));
	};
}
