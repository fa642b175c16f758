import { create } from '@bufbuild/protobuf';
import { type Diff, DiffApplicationResponseSchema } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { answered } from '../calls/answered.js';
import { command, onlyWord } from '../command.js';
import { UsageError } from '../usage-error.js';
import { fieldLines } from './field-lines.js';
import { callsOfKind } from './past-calls.js';
import { askPast, PAST_OPTIONS_HELP, POINT_HELP, pastOptions, pointOption } from './past-source.js';

const HELP = `Shows in which fields an application, a project or a webhook differs between two points of its past.

Usage: npm run -s appledger -- diff ID --from POINT [--to POINT] [OPTIONS]

  --from POINT    the earlier point
  --to POINT      the later one; default: now
${PAST_OPTIONS_HELP}

${POINT_HELP}
+ marks a field that is new, - one that is gone.

Exit codes: 0 success, whether something differs or not; 1 there is no such application, or a point is ahead or before
the first event; 2 wrong usage.

Example:
  npm run -s appledger -- diff 228204399198372864 --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z

See docs/history.md.`;

/** `appledger diff`. */
export const diff = command({
  name: 'diff',
  help: HELP,
  options: { ...pastOptions, from: { type: 'string' }, to: { type: 'string' } },
  run: async ({ from, to, ...values }, words) => {
    if (words.length === 0) return 'help';
    const id = onlyWord('diff', words, 'the id of an application');
    if (from === undefined) throw new UsageError('diff requires --from POINT: see diff --help');
    const points = { from: pointOption('--from', from), to: pointOption('--to', to) };
    const calls = callsOfKind(values);
    return askPast(values, async (source) => {
      const { diff } = await calls.diff(source, id, points);
      const answer = create(DiffApplicationResponseSchema, diff && { diff });
      return answered(DiffApplicationResponseSchema, answer, ...linesOf(diff));
    });
  },
});

function linesOf(diff: Diff | undefined): readonly string[] {
  const { fromSequence = 0n, toSequence = 0n, fields = [] } = diff ?? {};
  const heading = `from sequence ${fromSequence} to sequence ${toSequence}`;
  return [heading, ...(fields.length === 0 ? ['nothing differs'] : fieldLines(fields))];
}
