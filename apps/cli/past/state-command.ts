import { create, type JsonObject } from '@bufbuild/protobuf';
import { GetApplicationStateResponseSchema, type State } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { answered } from '../calls/answered.js';
import { textTable, timeText } from '../calls/text-table.js';
import { command, onlyWord } from '../command.js';
import { shownValue } from './field-lines.js';
import { callsOfKind } from './past-calls.js';
import { askPast, PAST_OPTIONS_HELP, POINT_HELP, pastOptions, pointOption } from './past-source.js';

const HELP = `Shows an application with its secrets and keys, a project or a webhook as it is, or as it was at a point of its past.

Usage: npm run -s appledger -- state ID [--at POINT] [OPTIONS]

  --at POINT      default: now
${PAST_OPTIONS_HELP}

${POINT_HELP}

Exit codes: 0 success, also where it did not exist at that point; 1 there never was one, or the point is ahead or
before the first event; 2 wrong usage.

Examples:
  npm run -s appledger -- state 228204399198372864 --at 2026-11-29T12:00:00Z
  npm run -s appledger -- state 228204399198372864 --at sequence:2 --json

See docs/history.md.`;

/** `appledger state`. */
export const state = command({
  name: 'state',
  help: HELP,
  options: { ...pastOptions, at: { type: 'string' } },
  run: async ({ at: text, ...values }, words) => {
    if (words.length === 0) return 'help';
    const id = onlyWord('state', words, 'the id of an application');
    const at = pointOption('--at', text);
    const calls = callsOfKind(values);
    return askPast(values, async (source) => {
      const { state } = await calls.state(source, id, at);
      const answer = create(GetApplicationStateResponseSchema, state && { state });
      return answered(GetApplicationStateResponseSchema, answer, ...linesOf(state));
    });
  },
});

function linesOf(state: State | undefined): readonly string[] {
  const { exists = false, sequence = 0n, position, changeDate, fields = {} } = state ?? {};
  const place = position === undefined ? '' : `sequence ${sequence}, position ${position}, ${timeText(changeDate)}`;
  if (!exists) return [position === undefined ? 'it was not there yet' : `it had been removed (${place})`];
  return [place, ...textTable([['field', 'value'], ...rowsOf(fields)])];
}

function rowsOf(fields: JsonObject): readonly (readonly string[])[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (!Array.isArray(value)) return [[name, shownValue(value)]];
    return value.length === 0 ? [[name, 'none']] : value.map((item) => [name, shownValue(item)]);
  });
}
