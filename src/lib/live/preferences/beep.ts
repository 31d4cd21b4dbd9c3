/** In milliseconds. A browser that lets no page sound before it was touched never answers. */
const PLAY_TIMEOUT_MS = 1_000;

let context: AudioContext | undefined;

/** A short, soft tone, made here: no file is loaded for it. */
export async function beep(): Promise<void> {
	context ??= new AudioContext();
	await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, PLAY_TIMEOUT_MS))]);
	// Not now, then never: a sound for something long ago would be a riddle.
	if (context.state !== 'running') return;
	const [tone, volume, now] = [context.createOscillator(), context.createGain(), context.currentTime];
	tone.frequency.value = 660;
	volume.gain.setValueAtTime(0, now);
	volume.gain.linearRampToValueAtTime(0.08, now + 0.02);
	volume.gain.exponentialRampToValueAtTime(0.001, now + 0.25);
	tone.connect(volume).connect(context.destination);
	tone.start(now);
	tone.stop(now + 0.3);
}
