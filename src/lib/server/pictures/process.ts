/** Decodes pictures, one at a time. A picture that crashes this process or takes it over finds no secrets, and the server goes on. */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import sharp from 'sharp';
import { MAX_PICTURE_MEMORY, MAX_PICTURE_PIXELS } from '../../chat/limits.ts';
import { FrameReader, line, type Job } from './frames.ts';

/** Node's own limits do not count what libraries allocate. */
const MEMORY_CHECK_MS = 25;
const WEBP_QUALITY = 75;

sharp.cache(false);
sharp.concurrency(1);
// Of the decoders, those of the pictures that pages show.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
	operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}`)
});
giveWay();

process.stdout.write(line({ ready: true }));
const reader = new FrameReader(process.stdin);
for (;;) {
	const job = (await reader.line()) as Job | undefined;
	const bytes = job && (await reader.bytes(job.size));
	if (!job || !bytes) break;
	const made = await watched(() => smaller(bytes, job));
	process.stdout.write(line({ size: made?.length ?? 0 }));
	if (made) process.stdout.write(made);
}
process.exit();

/** Undefined for what cannot be decoded, and for what moves where its shape is kept; a square has the first frame. */
async function smaller(bytes: Buffer, { width, height, fit }: Job): Promise<Buffer | undefined> {
	try {
		const picture = sharp(bytes, { limitInputPixels: MAX_PICTURE_PIXELS, failOn: 'error' });
		const { format, pages = 1, autoOrient } = await picture.metadata();
		if (fit === 'inside' && (pages > 1 || (format === 'png' && isAnimatedPng(bytes)))) return undefined;
		const scale = fit === 'cover' ? Math.min(1, autoOrient.width / width, autoOrient.height / height) : 1;
		const size = (side: number) => Math.max(1, Math.round(side * scale));
		return await picture
			.autoOrient()
			.resize({ width: size(width), height: size(height), fit, withoutEnlargement: true })
			.webp({ quality: WEBP_QUALITY })
			.toBuffer();
	} catch {
		return undefined;
	}
}

/** Such a PNG has the chunk acTL before its pixels. */
function isAnimatedPng(bytes: Buffer): boolean {
	const at = bytes.indexOf('acTL');
	return at >= 0 && at < bytes.indexOf('IDAT');
}

async function watched<T>(work: () => Promise<T>): Promise<T> {
	const watch = setInterval(() => {
		if (process.memoryUsage.rss() > MAX_PICTURE_MEMORY) process.exit(1);
	}, MEMORY_CHECK_MS);
	try {
		return await work();
	} finally {
		clearInterval(watch);
	}
}

/** Messages come before pictures: for the processor, and where memory runs out. */
function giveWay(): void {
	for (const give of [() => setPriority(10), () => writeFileSync('/proc/self/oom_score_adj', '1000')]) {
		try {
			give();
		} catch {
			// Not on every system.
		}
	}
}
