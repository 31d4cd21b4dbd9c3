import { expect, test, vi } from 'vitest';
import { MAX_REFUSAL_LINES_PER_MINUTE } from '../../chat/limits.ts';
import { log } from './log.ts';

test('the log has few lines a minute of refusals that strangers cause, and all lines of other events', async () => {
	const written = vi.spyOn(console, 'log').mockImplementation(() => undefined);
	try {
		for (let i = 0; i < 50; i++) {
			log('info', 'host-refused', { status: 421, host: 'evil.example' });
			log('info', 'room', { act: 'rename' });
		}
		await new Promise((done) => setImmediate(done));
		const lines = written.mock.calls.join('\n');
		expect(lines.match(/"host-refused"/g)).toHaveLength(MAX_REFUSAL_LINES_PER_MINUTE);
		expect(lines.match(/"room"/g)).toHaveLength(50);
	} finally {
		written.mockRestore();
	}
});
