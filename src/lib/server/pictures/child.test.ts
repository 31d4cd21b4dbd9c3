import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import sharp, { type Create } from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { PICTURES_WAITING } from '../../chat/limits.ts';
import { ChildPictures, type ChildPicturesOptions } from './child.ts';
import { PicturesBusy, type PictureBox } from './pictures.ts';
import { RunningPictures } from './running.ts';

const entry = fileURLToPath(new URL('process.ts', import.meta.url));
const BOX: PictureBox = { width: 1_200, height: 800, fit: 'inside' };
const SQUARE: PictureBox = { width: 512, height: 512, fit: 'cover' };

let told: unknown[] = [];
let pictures: ChildPictures;
const start = (options: Partial<ChildPicturesOptions> = {}) =>
	(pictures = new ChildPictures({ entry, failed: (error) => told.push(error), ...options }));
afterEach(() => {
	pictures.close();
	told = [];
});

const NOISE = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const picture = (width: number, height: number, more: Partial<Create> = {}) =>
	sharp({ create: { width, height, channels: 3, background: '#a40', ...more } });
const sizeOf = async (webp: Uint8Array | undefined) => {
	if (!webp) return undefined;
	const { format, width, height, exif } = await sharp(webp).metadata();
	return { format, width, height, hasMetadata: exif !== undefined };
};
const isGone = (pid = 0) => {
	try {
		process.kill(pid, 0);
		return false;
	} catch {
		return true;
	}
};

describe('a picture', () => {
	test.each([
		['inside', BOX, 4_000, 3_000, 1_067, 800],
		['inside', BOX, 300, 200, 300, 200],
		['inside', BOX, 3, 20_000, 1, 800],
		['cover', SQUARE, 900, 600, 512, 512],
		['cover', SQUARE, 100, 300, 100, 100]
	] as const)('%s %o of %i × %i pixels has %i × %i', async (_, box, w, h, width, height) => {
		const webp = await start().webp(await picture(w, h).png().toBuffer(), box);
		expect(await sizeOf(webp)).toEqual({ format: 'webp', width, height, hasMetadata: false });
	});

	test('is turned as its orientation says, and loses what it tells of its maker', async () => {
		const turned = await picture(400, 300)
			.withExif({ IFD0: { Artist: 'Ada' } })
			.withMetadata({ orientation: 6 })
			.jpeg()
			.toBuffer();
		expect(await sizeOf(await start().webp(turned, BOX))).toEqual({
			format: 'webp',
			width: 300,
			height: 400,
			hasMetadata: false
		});
	});

	test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('may be %s', async (format) => {
		const bytes = await picture(40, 30).toFormat(format).toBuffer();
		expect(await sizeOf(await start().webp(bytes, BOX))).toMatchObject({ width: 40, height: 30 });
	});

	test('of a source is read when its turn has come', async () => {
		const bytes = await picture(40, 30).png().toBuffer();
		let opened = 0;
		const source = {
			size: bytes.length,
			open() {
				opened += 1;
				return Promise.resolve(Readable.from([...bytes].map((byte) => Buffer.from([byte]))));
			}
		};
		const made = start().webp(source, BOX);
		expect(opened).toBe(0);
		expect(await sizeOf(await made)).toMatchObject({ width: 40 });
		await expect(pictures.webp({ ...source, size: bytes.length + 1 }, BOX)).rejects.toThrow('has not the');
		await expect(pictures.webp({ ...source, size: 10 }, BOX)).rejects.toThrow('has not the');
		await expect(pictures.webp({ ...source, open: () => Promise.resolve(undefined) }, BOX)).rejects.toThrow('gone');
		expect(await sizeOf(await pictures.webp(source, BOX))).toMatchObject({ width: 40 });
	});
});

describe('what is not decoded', () => {
	/** A PNG whose header says so many pixels. */
	const lying = async (w: number, h: number) => {
		const png = await picture(8, 8).png().toBuffer();
		png.writeUInt32BE(w, 16);
		png.writeUInt32BE(h, 20);
		return png;
	};
	const SVG = Buffer.from(
		'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
	);
	const frames = async () => {
		const all = ['#f00', '#00f'].map((background) => picture(8, 8, { background }).png().toBuffer());
		return sharp(await Promise.all(all), { join: { animated: true } });
	};
	const hostile: Record<string, () => Promise<Buffer> | Buffer> = {
		'a header of 50,000 × 50,000': () => lying(50_000, 50_000),
		'a header that lies': () => lying(800, 800),
		'a truncated picture': async () =>
			(await picture(900, 900, { noise: NOISE }).jpeg().toBuffer()).subarray(0, 20_000),
		'more than fifty million pixels': () => picture(8_000, 6_400).png().toBuffer(),
		SVG: () => SVG,
		TIFF: () => picture(8, 8).tiff().toBuffer(),
		HTML: () => Buffer.from('<!doctype html><script>alert(1)</script>'),
		nothing: () => Buffer.alloc(0),
		'a moving GIF': async () => (await frames()).gif().toBuffer(),
		'a moving WebP': async () => (await frames()).webp().toBuffer()
	};

	test.each(Object.keys(hostile))('%s, and the next picture is', async (name) => {
		start();
		const bytes = (await hostile[name]?.()) ?? Buffer.alloc(0);
		expect(await pictures.webp(bytes, BOX)).toBeUndefined();
		expect(await sizeOf(await pictures.webp(await picture(8, 8).png().toBuffer(), BOX))).toMatchObject({ width: 8 });
		expect(told).toEqual([]);
	});
});

describe('the process', () => {
	const small = () => picture(8, 8).png().toBuffer();

	test('starts with the first picture, knows no secrets, and ends when there are none for a while', async () => {
		process.env.S3_SECRET = 'a secret of the place';
		start({ idleMs: 50 });
		expect([pictures.available, pictures.pid]).toEqual([true, undefined]);
		const bytes = await small();
		let pid: number | undefined;
		let environment = '';
		// While it runs: it may have ended before a poll finds it.
		const looking = () => {
			({ pid } = pictures);
			if (process.platform === 'linux') environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
			return Promise.resolve(Readable.from([bytes]));
		};
		expect(await pictures.webp({ size: bytes.length, open: looking }, BOX)).toBeDefined();
		delete process.env.S3_SECRET;
		expect(pid).toBeDefined();
		if (process.platform === 'linux') expect(environment).toContain('MALLOC_ARENA_MAX');
		expect(environment).not.toContain('secret');
		await expect.poll(() => isGone(pid)).toBe(true);
		expect(await pictures.webp(await small(), BOX)).toBeDefined();
	});

	test('that is killed is started again, and makes the picture that it was at', async () => {
		start();
		const large = await picture(5_000, 4_000).png().toBuffer();
		await pictures.webp(await small(), BOX);
		const made = pictures.webp(large, BOX);
		await new Promise((soon) => setTimeout(soon, 30));
		process.kill(pictures.pid ?? 0, 'SIGKILL');
		expect(await sizeOf(await made)).toMatchObject({ height: 800 });
	});

	test('is ended at a picture that takes too long', async () => {
		const options: ChildPicturesOptions = { entry, failed: (error) => told.push(error), timeoutMs: 300 };
		pictures = new ChildPictures(options);
		const bytes = await small();
		// Before it has a picture: on a busy machine, making even this one may take longer.
		const stopping = () => {
			process.kill(pictures.pid ?? 0, 'SIGSTOP');
			return Promise.resolve(Readable.from([bytes]));
		};
		expect(await pictures.webp({ size: bytes.length, open: stopping }, BOX)).toBeUndefined();
		// The next process has the usual time.
		delete options.timeoutMs;
		expect(await sizeOf(await pictures.webp(bytes, BOX))).toMatchObject({ width: 8 });
		expect(told).toEqual([]);
	});

	test('does not wait for bytes that do not come: nothing is said of the picture, and the next one is made', async () => {
		start({ sentWithinMs: 300 });
		await pictures.webp(await small(), BOX);
		const bytes = await small();
		async function* stuck() {
			yield await Promise.resolve(bytes.subarray(0, 10));
			await new Promise(() => undefined);
		}
		const made = pictures.webp({ size: bytes.length, open: () => Promise.resolve(stuck()) }, BOX);
		await expect(made).rejects.toThrow('too slowly');
		expect(await sizeOf(await pictures.webp(bytes, BOX))).toMatchObject({ width: 8 });
	});

	test.skipIf(process.platform === 'win32')('does not end the server where no file descriptor is left', () => {
		const script = `
			import { openSync } from 'node:fs';
			import { RunningPictures } from ${JSON.stringify(new URL('running.ts', import.meta.url).href)};
			try { for (;;) openSync('/dev/null', 'r'); } catch { /* EMFILE */ }
			try { new RunningPictures({ entry: 'process.ts' }); } catch (error) { console.log(error.message); }
			setTimeout(() => console.log('goes on'), 50);`;
		const node = `exec "${process.execPath}" --input-type=module -e "$SCRIPT"`;
		const ran = spawnSync('sh', ['-c', `ulimit -n 64; ${node}`], { env: { ...process.env, SCRIPT: script } });
		expect(String(ran.stdout)).toBe('The process for pictures cannot be started\ngoes on\n');
	});

	test.each(['{"size":-1}', '{"size":"9"}', '{"size":1.5}', '5', '"size"'])(
		'is ended where it answers %s',
		async (answer) => {
			const folder = mkdtempSync(join(tmpdir(), 'parley-pictures-'));
			const program = join(folder, 'taken-over.mjs');
			writeFileSync(
				program,
				`console.log('{"ready":true}'); process.stdin.once('data', () => console.log(${JSON.stringify(answer)}));`
			);
			const running = new RunningPictures({ entry: program });
			await running.ready;
			const bytes = Readable.from([Buffer.from('x')]);
			expect(await running.make({ size: 1, width: 1, height: 1, fit: 'inside' }, bytes)).toBe('crashed');
			expect(running.hasEnded).toBe(true);
			rmSync(folder, { recursive: true });
		}
	);

	test('makes one picture after the other, and has so many wait', async () => {
		start();
		const bytes = await small();
		const all = await Promise.allSettled(Array.from({ length: PICTURES_WAITING + 2 }, () => pictures.webp(bytes, BOX)));
		const made = all.filter(({ status }) => status === 'fulfilled');
		expect(made.length).toBe(PICTURES_WAITING);
		expect(all.at(-1)).toMatchObject({ reason: expect.any(PicturesBusy) as unknown });
		expect(await pictures.webp(bytes, BOX)).toBeDefined();
	});

	test('that cannot load sharp is not tried for ever, and told once', async () => {
		start({ entry: fileURLToPath(new URL('no-such-process.ts', import.meta.url)) });
		for (let i = 0; i < 3; i++) expect(await pictures.webp(await small(), BOX)).toBeUndefined();
		expect(pictures.available).toBe(false);
		expect(told).toMatchObject([{ message: expect.stringContaining('no-such-process.ts') as unknown }]);
		for (const entry of [undefined, '/nowhere/pictures.js']) {
			expect(await start({ entry }).webp(await small(), BOX)).toBeUndefined();
			expect(pictures.available).toBe(false);
		}
		expect(told.length).toBe(1);
	});
});
