/** The charts of a record, each in a light and a dark SVG beside it. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Record as Results } from '../record.ts';
import type { Series } from '../result.ts';
import { median } from '../row.ts';
import { names } from '../sockets/names.ts';
import { colour, type Theme } from './palette.ts';
import { bars, lines, type Look } from './panels.ts';

interface Drawing {
	svg: string;
	width: number;
	height: number;
}

const LOOKS: Record<string, Look> = {
	[names.product]: { name: 'Parley', colour: 'pine' },
	[names.store]: { name: 'its store alone', colour: 'pine', dashed: true },
	[names['socket.io, durable']]: { name: 'Socket.IO, stored', colour: 'brick' },
	[names['socket.io']]: { name: 'Socket.IO, not stored', colour: 'brick', dashed: true },
	[names.showcase]: { name: 'showcase’s way', colour: 'brick' }
};

type Draw = (series: Series[], theme: Theme) => Drawing[];

const CHARTS: Record<string, Draw> = {
	history: (series, theme) => {
		const x = 'messages that the room has already';
		return [
			lines(series, LOOKS, { title: 'To the last of 100 readers, ms', of: 'toLast', x }, theme),
			lines(series, LOOKS, { title: 'Server CPU per message, ms', of: 'cpu', x }, theme)
		];
	},
	'fan-out': (series, theme) => {
		const x = 'readers of the room';
		return [
			lines(series, LOOKS, { title: 'Deliveries per second', of: 'deliveries', x }, theme),
			lines(series, LOOKS, { title: 'Server CPU per delivery, µs', of: 'cpu', x }, theme)
		];
	},
	idle: (series, theme) => {
		const [first] = series;
		const values = series.flatMap(({ name, points: [point] }) => {
			const look = LOOKS[name];
			// Nothing is stored in any of them.
			const called = name === names['socket.io'] ? 'Socket.IO' : look?.name;
			return look && point && called ? [{ look: { ...look, name: called }, value: median(point.y.memory ?? []) }] : [];
		});
		const connections = first?.points[0]?.x.toLocaleString('en');
		return [bars(values, { title: `Memory per connection, ${connections} that are idle`, unit: 'KiB' }, theme)];
	}
};

/** Those for which something was measured. @returns their names */
export function drawCharts(results: Results, file: string): string[] {
	const series = results.subjects.flatMap((subject) => subject.series ?? []);
	return Object.entries(CHARTS).flatMap(([chart, draw]) => {
		const own = series.filter((each) => each.chart === chart);
		if (own.length === 0) return [];
		for (const theme of ['light', 'dark'] as const) {
			writeFileSync(join(dirname(file), `${chart}-${theme}.svg`), sheet(draw(own, theme), theme));
		}
		return [chart];
	});
}

const PAD = 16;

/** Panels side by side on the house's paper. */
function sheet(panels: Drawing[], theme: Theme): string {
	const width = panels.reduce((sum, panel) => sum + panel.width, 0) + 2 * PAD;
	const height = Math.max(...panels.map((panel) => panel.height)) + 2 * PAD;
	let x = PAD;
	const placed = panels.map((panel) => {
		const inner = panel.svg.replace(/^<svg /, `<svg x="${x}" y="${PAD}" `);
		x += panel.width;
		return inner;
	});
	const paper = `<rect width="${width}" height="${height}" rx="6" fill="${colour('paper', theme)}"/>`;
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${paper}\n${placed.join('\n')}\n</svg>\n`;
}
