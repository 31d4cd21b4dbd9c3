/** The sentence that a screen reader announces when a room changes; '' for nothing. */

interface Received {
	id: string;
	n: number;
	person: string;
	sender: string;
	message: string;
	deleted?: true;
	answered?: { sender?: string };
}
interface Waiting {
	id: string;
	state: 'sending' | 'waiting' | 'failed';
	reason?: string;
}
export interface Scene {
	messages: readonly Received[];
	pending: readonly Waiting[];
	/** The highest number so far: messages loaded again on the way down are not announced. */
	upTo?: number;
}

const MAX_SPOKEN_CHARACTERS = 300;

/** A short wait has no reason. */
const hasNews = ({ state, reason }: Waiting) => state === 'failed' || (state === 'waiting' && reason !== undefined);

export function announcement(before: Scene, after: Scene, me?: string, plain = (text: string) => text): string {
	const announcedBefore = new Set(before.pending.filter(hasNews).map(({ id, state }) => id + state));
	// A message in the room was sent, whatever the answer was.
	const sent = new Set(after.messages.map(({ id }) => id));
	const notAnnounced = after.pending.filter((each) => hasNews(each) && !sent.has(each.id));
	const first = notAnnounced.find(({ id, state }) => !announcedBefore.has(id + state));
	if (first) return first.state === 'failed' ? 'Your message was not sent.' : 'Your message is waiting to be sent.';

	// Without the newest message of before, this is another page of history or another room: nothing is announced.
	const newest = before.messages.at(-1);
	if (newest ? !after.messages.some(({ id }) => id === newest.id) : after.messages.length > 1) return '';

	const upTo = Math.max(newest?.n ?? 0, before.upTo ?? 0);
	const news = after.messages.filter(({ n, person, deleted }) => n > upTo && person !== me && !deleted);
	const [only] = news;
	if (!only) return '';
	if (news.length === 1) {
		const to = only.answered?.sender ? `, in reply to ${only.answered.sender}` : '';
		return `${only.sender}${to}: ${plain(only.message).slice(0, MAX_SPOKEN_CHARACTERS)}`;
	}
	const senders = [...new Set(news.map(({ sender }) => sender))];
	if (senders.length === 1) return `${only.sender} sent ${news.length} messages`;
	const who = senders.length > 2 ? `${senders.length} people` : senders.join(' and ');
	return `${news.length} new messages from ${who}`;
}
