/** `resume()` never settles in a browser that allows no sound before a tap or a key. */
const PLAY_TIMEOUT_MS = 1_000;

let context: AudioContext | undefined;

/** Plays a short, soft tone, generated here: no file is loaded. */
export async function beep(): Promise<void> {
	context ??= new AudioContext();
	await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, PLAY_TIMEOUT_MS))]);
	// Dropped, not delayed: a late sound would belong to no message.
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
