/** `from` and `to` are times of day in `zone`, such as `22:00`; where `to` is earlier, it is that of the next day. */
export interface QuietHours {
	from: string;
	to: string;
	zone: string;
}

export const isTimeOfDay = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** @param time the time of day in the zone of the hours */
export function isInHours({ from, to }: QuietHours, time: string): boolean {
	return from <= to ? from <= time && time < to : from <= time || time < to;
}
