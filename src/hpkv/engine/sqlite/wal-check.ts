/**
 * Is SQLite's write-ahead log whole? After a kill its last transaction may be torn, and SQLite rightly forgets that. But
 * it takes the first bad frame for the end, wherever it stands, and so would silently forget all transactions behind a
 * flipped bit. Each transaction was synced before the next began: a sound frame of a later one behind a bad frame is
 * damage. (A bit flipped in the very last transaction looks like a torn write to everybody.)
 *
 * Format: https://www.sqlite.org/fileformat2.html, section 4.
 */
const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682; // its last bit: checksums of big-endian words

type Sums = [number, number];

/** Bytes of a log of so many frames. */
export const logSize = (frames: number, pageSize: number): number =>
	frames === 0 ? 0 : HEADER + frames * (FRAME_HEADER + pageSize);

/** False where committed transactions would be lost. */
export function logIsWhole(log: Buffer): boolean {
	if (log.length <= HEADER) return true;
	// Emptied, and filled with zeros for the transactions to come. Its header is synced before its first frame.
	if (isZero(log.subarray(0, HEADER))) return isZero(log);
	const bigEndian = (log.readUInt32BE(0) & 1) === 1;
	const word = (at: number) => log.readUInt32BE(at);
	if ((word(0) & ~1) >>> 0 !== MAGIC || !same(sum(log, 0, 24, bigEndian, [0, 0]), [word(24), word(28)])) return false;

	const pageSize = word(8);
	const size = FRAME_HEADER + pageSize;
	const stored = (at: number): Sums => [word(at + 16), word(at + 20)];
	const ofThisLog = (at: number) => word(at + 8) === word(16) && word(at + 12) === word(20);
	/** Whether the frame follows from the sums that the one before it holds. */
	const sound = (at: number, before: Sums) => {
		if (!ofThisLog(at)) return false;
		const head = sum(log, at, 8, bigEndian, before);
		return same(sum(log, at + FRAME_HEADER, pageSize, bigEndian, head), stored(at));
	};

	let before: Sums = [word(24), word(28)];
	let bad = false;
	let committed = false;
	for (let at = HEADER; at + size <= log.length; at += size) {
		const isSound = sound(at, before);
		if (bad && committed && isSound) return false;
		bad ||= !isSound;
		// A commit at or behind the bad frame: what follows it is a later transaction.
		if (bad && word(at + 4) !== 0) committed = true;
		before = stored(at);
	}
	return true;
}

const isZero = (bytes: Buffer): boolean => bytes.equals(Buffer.alloc(bytes.length));
const same = (a: Sums, b: Sums): boolean => a[0] === b[0] && a[1] === b[1];

function sum(bytes: Buffer, from: number, length: number, bigEndian: boolean, [first, second]: Sums): Sums {
	for (let at = from; at < from + length; at += 8) {
		const [a, b] = bigEndian
			? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
			: [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
		first = (first + a + second) >>> 0;
		second = (second + b + first) >>> 0;
	}
	return [first, second];
}
