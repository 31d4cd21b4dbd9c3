/** `node --import` of this file: a process whose clock is set back an hour whenever it hears SIGUSR2. Timers go on. */
const HOUR = 3_600_000;
const RealDate = Date;
let behind = 0;
process.on('SIGUSR2', () => (behind += HOUR));

const now = () => RealDate.now() - behind;

globalThis.Date = new Proxy(RealDate, {
	construct: (_, words: unknown[]) =>
		words.length === 0 ? new RealDate(now()) : (Reflect.construct(RealDate, words) as Date),
	get: (_, name) => (name === 'now' ? now : (Reflect.get(RealDate, name) as unknown))
});
