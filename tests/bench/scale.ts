/** How much is measured: every count and time of the benchmark, for a quick look and for a full one. */

export interface Scale {
	name: 'quick' | 'full';
	/** Pairs A B of every row; medians of fewer than five say little. */
	rounds: number;
	/** Milliseconds after which the whole run is given up. */
	within: number;
	storage: {
		/** In the file before anything is measured. */
		records: number;
		/** Durable puts of one side in a round, one after the other. */
		puts: number;
		/** The same by {@link writers} at once, in all. */
		concurrentPuts: number;
		writers: number;
		/** Ranges of one side in a round, and the records that each finds. */
		ranges: number;
		newest: number;
		/** Milliseconds after which a side's part of a round ends, however little was done: a slow disk takes longer. */
		atMost: number;
	};
	/** On PostgreSQL; milliseconds of one side in a round. */
	shared: {
		records: number;
		puts: number;
		writers: number;
		senders: number;
		newest: number;
		heard: number;
		atMost: number;
		measured: number;
	};
	idle: {
		/** Open before the first look, so that what is made once is not counted to connections. */
		before: number;
		/** Opened between the first look and the second. */
		connections: number;
		/** All at once, in one server; 0: not measured. */
		most: number;
	};
	/** Milliseconds, here and below; all contestants warm up at once, which is when their code is compiled. */
	fanOut: { readers: number[]; warmUp: number; measured: number };
	manyRooms: { rooms: number; readersEach: number; warmUp: number; measured: number };
	paced: { readers: number; every: number; warmUp: number; measured: number };
	history: {
		readers: number;
		/** Messages that a room has before one is measured, from none. */
		lengths: number[];
		/** One after the other, a round; the showcase's take long. */
		messages: number;
		showcaseMessages: number;
	};
	/** A room's page, asked for over and over. */
	roomPage: {
		/** In the room; the page has the newest fifty. */
		messages: number;
		connections: number;
		/** Milliseconds of one side in a round. */
		warmUp: number;
		measured: number;
	};
	/** A visit on a slow link, of a room of so many messages; each takes seconds, so there may be fewer rounds. */
	slowLink: { messages: number; rounds: number };
	/** A page of a room in which so many people write so many messages a second. */
	busyRoom: { people: number; perSecond: number; seconds: number; rounds: number };
	/** Letters in a round. */
	typing: { letters: number; rounds: number };
	/** Clicks on a room. */
	switching: { rounds: number };
	/** Files sent one after the other in a round. */
	oneFile: { files: number; rounds: number };
	/** From starting the process to its first page. */
	coldStart: { messages: number };
	/** What a history leaves in memory: of one process a side and round. */
	memory: { messages: number; rounds: number };
	/** With so many rooms, the fewest first: messages of one of them, and milliseconds in which a page is asked for, a round. */
	growth: { rooms: number[]; messages: number; connections: number; measured: number };
}

const MINUTE = 60_000;

export const quick: Scale = {
	name: 'quick',
	rounds: 5,
	within: 5 * MINUTE,
	storage: {
		records: 1_000_000,
		puts: 500,
		concurrentPuts: 6_000,
		writers: 100,
		ranges: 1_500,
		newest: 50,
		atMost: 800
	},
	shared: {
		records: 100_000,
		puts: 300,
		writers: 50,
		senders: 64,
		newest: 50,
		heard: 200,
		atMost: 3_000,
		measured: 1_000
	},
	idle: { before: 200, connections: 2_000, most: 0 },
	fanOut: { readers: [10, 100, 1_000], warmUp: 3_000, measured: 500 },
	manyRooms: { rooms: 100, readersEach: 10, warmUp: 3_000, measured: 500 },
	paced: { readers: 1_000, every: 50, warmUp: 1_000, measured: 1_000 },
	history: { readers: 100, lengths: [0, 100, 1_000, 10_000], messages: 40, showcaseMessages: 4 },
	roomPage: { messages: 10_000, connections: 32, warmUp: 1_000, measured: 500 },
	slowLink: { messages: 1_000, rounds: 3 },
	busyRoom: { people: 6, perSecond: 50, seconds: 10, rounds: 1 },
	typing: { letters: 20, rounds: 3 },
	switching: { rounds: 8 },
	oneFile: { files: 5, rounds: 5 },
	coldStart: { messages: 10_000 },
	memory: { messages: 10_000, rounds: 3 },
	growth: { rooms: [10, 100, 1_000], messages: 40, connections: 8, measured: 300 }
};

export const full: Scale = {
	name: 'full',
	rounds: 11,
	within: 30 * MINUTE,
	storage: { ...quick.storage, puts: 1_000, concurrentPuts: 20_000, ranges: 5_000, atMost: 6_000 },
	shared: { ...quick.shared, records: 1_000_000, puts: 1_000, heard: 1_000, atMost: 10_000, measured: 4_000 },
	idle: { before: 200, connections: 5_000, most: 10_000 },
	fanOut: { ...quick.fanOut, warmUp: 12_000, measured: 2_000 },
	manyRooms: { ...quick.manyRooms, warmUp: 12_000, measured: 2_000 },
	paced: { ...quick.paced, warmUp: 2_000, measured: 4_000 },
	history: { ...quick.history, messages: 100, showcaseMessages: 8 },
	roomPage: { ...quick.roomPage, warmUp: 3_000, measured: 3_000 },
	slowLink: { messages: 1_000, rounds: 11 },
	busyRoom: { people: 6, perSecond: 50, seconds: 20, rounds: 3 },
	typing: { letters: 20, rounds: 11 },
	switching: { rounds: 20 },
	oneFile: { files: 5, rounds: 11 },
	coldStart: quick.coldStart,
	memory: { messages: 100_000, rounds: 5 },
	growth: { ...quick.growth, messages: 200, measured: 1_000 }
};
