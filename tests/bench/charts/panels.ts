/** The two kinds of panel that the charts are made of: lines along an axis, and bars. */
import type { Series } from '../result.ts';
import { median } from '../row.ts';
import { colour, type Theme } from './palette.ts';
import { document, plot, type Mark } from './plot.ts';
import { spread } from './spread.ts';

/** How a contestant is drawn, and called. */
export interface Look {
	name: string;
	/** Pine is ours, brick is theirs. */
	colour: 'pine' | 'brick';
	/** It does less than the others: only a part of ours is measured, or nothing is stored. */
	dashed?: boolean;
}

export interface Panel {
	/** Its quantity, with the unit. */
	title: string;
	/** What is drawn of a point. */
	of: string;
	x: string;
}

const HEIGHT = 250;
const WIDTH = 246;
/** For names at the ends of lines. */
const NAMES = 166;
const MARGIN = { marginTop: 34, marginBottom: 44, marginLeft: 48 };
const LABEL_GAP = 15;

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";

const style = (theme: Theme) => ({
	background: 'transparent',
	color: colour('soft', theme),
	fontFamily: FONT,
	fontSize: '12px'
});

/** A number as people say it. */
export const short = (n: number): string =>
	Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: n < 10 ? 2 : 3 }).format(n);

export function lines(series: readonly Series[], looks: Record<string, Look>, panel: Panel, theme: Theme) {
	const { of, x, title } = panel;
	const drawn = series.flatMap((each) => {
		const look = looks[each.name];
		const points = each.points.map((point) => ({ x: point.x.toLocaleString('en'), y: median(point.y[of] ?? []) }));
		return look ? [{ look, points }] : [];
	});
	const values = drawn.flatMap(({ points }) => points.map(({ y }) => y));
	const domain = [10 ** Math.floor(Math.log10(Math.min(...values))), 10 ** Math.ceil(Math.log10(Math.max(...values)))];
	const [low, high] = domain.map(Math.log10) as [number, number];
	const inner = HEIGHT - MARGIN.marginTop - MARGIN.marginBottom;
	const place = (y: number) => MARGIN.marginTop + (1 - (Math.log10(y) - low) / (high - low)) * inner;
	const ticks = Array.from({ length: high - low + 1 }, (_, power) => 10 ** (low + power));
	const ends = drawn.map(({ points }) => points.at(-1)!);
	const places = spread(
		ends.map(({ y }) => place(y)),
		LABEL_GAP
	);

	const width = WIDTH + NAMES;
	const marks = drawn.flatMap(({ look, points }, at): Mark[] => {
		const stroke = colour(look.colour, theme);
		const end = ends[at]!;
		const name = {
			x: 'x',
			y: 'y',
			text: () => `${look.name}  ${short(end.y)}`,
			textAnchor: 'start',
			dx: 10,
			dy: places[at]! - place(end.y),
			fill: stroke
		};
		return [
			plot.line(points, {
				x: 'x',
				y: 'y',
				stroke,
				strokeWidth: look.dashed ? 1.5 : 2.25,
				strokeDasharray: look.dashed ? '2 4' : undefined,
				strokeLinecap: 'round'
			}),
			plot.dot(points, { x: 'x', y: 'y', fill: stroke, r: look.dashed ? 2.25 : 3 }),
			plot.text([end], name)
		];
	});
	const drawing = plot.plot({
		document,
		width,
		height: HEIGHT,
		...MARGIN,
		marginRight: NAMES,
		style: style(theme),
		x: {
			type: 'point',
			domain: drawn[0]?.points.map((point) => point.x),
			label: x,
			labelAnchor: 'center',
			labelArrow: 'none',
			labelOffset: 38,
			tickSize: 0,
			padding: 0.2
		},
		y: { type: 'log', domain, ticks, tickFormat: short, label: null, tickSize: 0 },
		marks: [plot.ruleY(ticks, { stroke: colour('line', theme) }), ...marks, titled(title, theme)]
	});
	return { svg: drawing.outerHTML, width, height: HEIGHT };
}

const BAR = 34;

/** One bar for each name, with its number at its end. */
export function bars(
	values: readonly { look: Look; value: number }[],
	{ title, unit }: { title: string; unit: string },
	theme: Theme
) {
	const height = MARGIN.marginTop + 8 + BAR * values.length;
	const width = 2 * (WIDTH + NAMES);
	const rows = values.map(({ look, value }) => ({ ...look, value, fill: colour(look.colour, theme) }));
	const drawing = plot.plot({
		document,
		width,
		height,
		marginTop: MARGIN.marginTop,
		marginBottom: 4,
		marginLeft: 130,
		marginRight: NAMES,
		style: style(theme),
		x: { axis: null, domain: [0, Math.max(...values.map(({ value }) => value))] },
		y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0, padding: 0.4 },
		marks: [
			plot.barX(rows, { x: 'value', y: 'name', fill: 'fill' }),
			plot.text(rows, {
				x: 'value',
				y: 'name',
				text: ({ value }: { value: number }) => `${short(value)} ${unit}`,
				textAnchor: 'start',
				dx: 8,
				fill: colour('ink', theme)
			}),
			plot.ruleX([0], { stroke: colour('soft', theme) }),
			titled(title, theme)
		]
	});
	return { svg: drawing.outerHTML, width, height };
}

const titled = (title: string, theme: Theme): Mark =>
	plot.text([title], {
		frameAnchor: 'top-left',
		textAnchor: 'start',
		text: [title],
		dy: -MARGIN.marginTop + 6,
		dx: 0,
		fill: colour('ink', theme),
		fontWeight: 600,
		fontSize: 13
	});
