import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLog } from '#libs/engine/event-store/embedded/verify-log.js';
import { answersOf, copyOf, filesOf, makeSmallLog, type SmallLog, withLog } from '../support/small-log.js';

let small: SmallLog;
let last: { readonly path: string; readonly bytes: number };
beforeAll(async () => {
  small = await makeSmallLog();
  const segment = filesOf(small.folder)
    .filter(({ path }) => path.endsWith('.log'))
    .at(-1);
  if (segment === undefined) throw new Error('there is no segment');
  last = segment;
});

describe('a log that ends at any byte of its last segment', () => {
  it('contains every complete append before that byte, no partial one, and accepts further appends', async () => {
    const ends = new Set<bigint>();
    for (let bytes = 0; bytes <= last.bytes; bytes += 1) {
      const folder = copyOf(small, { withIndex: false });
      truncateSync(join(folder, last.path), bytes);
      await withLog(folder, async (log) => {
        const { head } = log;
        ends.add(head);
        expect(log.damages).toEqual([]);
        for (const { stream, ids, position } of small.answered) {
          const page = await log
            .readStreamPage(stream, { direction: 'forwards', from: 0n, maxEvents: 100 })
            .catch(() => []);
          const found = page.filter(({ id }) => ids.includes(id));
          if (stream !== 'b-2') expect(found).toHaveLength(position <= head ? ids.length : 0);
        }
        const appended = await log.append('afterwards', [], 'any');
        expect(appended.position).toBe(head);
      });
      expect(await verifyLog(folder)).toMatchObject({ damages: [], indexFaults: [], tornBytes: 0 });
    }
    expect(ends.size).toBeGreaterThan(2);
  });

  it('is reported as truncated if its index contains later events', async () => {
    const whole = await withLog(copyOf(small, { withIndex: true }), (log) => answersOf(log, small));
    for (let bytes = 0; bytes < last.bytes; bytes += 1) {
      const folder = copyOf(small, { withIndex: true });
      truncateSync(join(folder, last.path), bytes);
      const { damages, indexFaults } = await verifyLog(folder);
      expect(damages.length + indexFaults.length).toBeGreaterThan(0);
      await withLog(folder, async (log) => {
        expect(log.damages.length).toBeGreaterThan(0);
        expect(log.writeFailure?.message).toMatch(/the log has lost its end/);
        await expect(log.append('afterwards', [], 'any')).rejects.toThrow(/is damaged/);
        const answers = await answersOf(log, small);
        for (const [question, answer] of Object.entries(answers)) {
          if (!answer.startsWith('refused'))
            expect({ question, answer }).toEqual({ question, answer: whole[question] });
        }
      });
    }
  });
});
