import { create } from '@bufbuild/protobuf';
import {
  type Change,
  ListApplicationHistoryResponseSchema,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { answered } from '../calls/answered.js';
import { textTable, timeText } from '../calls/text-table.js';
import { command, onlyWord } from '../command.js';
import { UsageError } from '../usage-error.js';
import { changesUpTo } from './changes-up-to.js';
import { fieldLines } from './field-lines.js';
import { callsOfKind } from './past-calls.js';
import { askPast, PAST_OPTIONS_HELP, pastOptions } from './past-source.js';

/** So many changes are shown unless the caller says otherwise. */
const USUAL = 50;

const HELP = `Shows the changes of an application, a project or a webhook: when, who, what, why, and each field before and after. What
has been removed has its history, too.

Usage: npm run -s appledger -- history ID [OPTIONS]

  --limit N       at most so many changes, the newest ones; default: ${USUAL}
  --oldest-first  begins with the first change
${PAST_OPTIONS_HELP}

In the table, + marks a field that is new, - one that is gone. A secret is shown by its id and its last characters.

Exit codes: 0 success; 1 there is no such application, or it cannot be read; 2 wrong usage.

Examples:
  npm run -s appledger -- history 228204399198372864
  npm run -s appledger -- history 228204398345880576 --project --limit 1000 --json

See docs/history.md.`;

/** `appledger history`. */
export const history = command({
  name: 'history',
  help: HELP,
  options: { ...pastOptions, limit: { type: 'string' }, 'oldest-first': { type: 'boolean' } },
  run: async ({ limit = String(USUAL), 'oldest-first': asc = false, ...values }, words) => {
    if (words.length === 0) return 'help';
    const id = onlyWord('history', words, 'the id of an application');
    if (!/^[1-9]\d{0,8}$/.test(limit)) throw new UsageError(`--limit takes a number from 1 (got ${limit})`);
    const calls = callsOfKind(values);
    return askPast(values, async (source) => {
      const changes = await changesUpTo(Number(limit), asc, (page) => calls.history(source, id, page));
      const answer = create(ListApplicationHistoryResponseSchema, changes);
      const lines = tableOf(answer.result);
      const left = Number(answer.details?.totalResult ?? 0n) - answer.result.length;
      const more = left > 0 ? [`${left} more: see --limit`] : [];
      return answered(ListApplicationHistoryResponseSchema, answer, ...lines, ...more);
    });
  },
});

function tableOf(changes: readonly Change[]): readonly string[] {
  const rows = changes.map(({ time, sequence, type, editor, reason }) => [
    timeText(time),
    sequence === 0n ? '' : String(sequence),
    type,
    `${editor?.userId ?? ''}${editor?.clientId ? ` by ${editor.clientId}` : ''}`,
    reason === '' ? '' : JSON.stringify(reason),
  ]);
  const [heading = '', ...lines] = textTable([['time', 'sequence', 'change', 'editor', 'reason'], ...rows]);
  const details = changes.map(({ fields }) => fieldLines(fields).map((line) => `    ${line}`));
  return [heading, ...lines.flatMap((line, place) => [line, ...(details[place] ?? [])])];
}
