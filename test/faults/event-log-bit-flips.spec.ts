import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import { answersOf, copyOf, filesOf, makeSmallLog, type SmallLog, withLog } from '../support/small-log.js';

let small: SmallLog;
let whole: Readonly<Record<string, string>>;
beforeAll(async () => {
  small = await makeSmallLog();
  whole = await withLog(copyOf(small, { withIndex: true }), (log) => answersOf(log, small));
});

/** Flips one bit of one byte in a copy, reads everything from it, and returns the outcome. */
async function flipped(path: string, at: number, withIndex: boolean): Promise<'found' | 'without effect'> {
  const folder = copyOf(small, { withIndex });
  const bytes = readFileSync(join(folder, path));
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
  writeFileSync(join(folder, path), bytes);
  try {
    return await withLog(folder, async (log) => {
      const answers = await answersOf(log, small);
      const refused = Object.values(answers).some((answer) => answer.startsWith('refused: EventStoreUnavailableError'));
      for (const [question, answer] of Object.entries(answers)) {
        const isRefused = answer.startsWith('refused: EventStoreUnavailableError');
        const isSame = answer === whole[question];
        if (!isRefused && !isSame) throw new Error(`byte ${at} of ${path}: ${question} has another answer: ${answer}`);
      }
      const isToldOf = log.damages.length > 0 || path.endsWith('.bin');
      if (refused && !isToldOf) throw new Error(`byte ${at} of ${path}: it is refused, and no damage is known`);
      return refused || log.damages.length > 0 ? 'found' : 'without effect';
    });
  } catch (error) {
    if (error instanceof EventStoreUnavailableError) return 'found';
    throw error;
  }
}

/** Ends a test that hangs: each opens the log thousands of times. */
const FLIPS_MS = 600_000;

describe.each([
  ['with its index', true],
  ['without its index', false],
])('one wrong bit in any byte of a log %s', (_, withIndex) => {
  it(
    'is detected, or changes no answer',
    async () => {
      const outcomes: Record<string, number> = {};
      for (const { path, bytes } of filesOf(copyOf(small, { withIndex }))) {
        for (let at = 0; at < bytes; at += 1) {
          const outcome = await flipped(path, at, withIndex);
          const kind = `${path.replace(/^.*\./, '')} ${outcome}`;
          outcomes[kind] = (outcomes[kind] ?? 0) + 1;
        }
      }
      expect(outcomes['log found']).toBeGreaterThan(1_000);
    },
    FLIPS_MS,
  );
});
