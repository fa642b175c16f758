import { parseArgs } from 'node:util';
import type { OperationRequest } from '#libs/operations/operation.js';
import { UsageError } from './usage-error.js';

export const PROJECTIONS_HELP = `Looks after the projections, which keep the documents that answer queries.

Usage: npm run -s appledger -- projections <what>

  list                    how each projection is doing, and at which event it has stopped
  rebuild NAME            builds its documents again, beside those that answer meanwhile
  verify NAME             folds the events again and compares; exit code 1 when a document differs
  skip NAME --event ID --reason TEXT [--as USER]
                          lets it leave out the event at which it has stopped; the decision is recorded

It works on the stores that the APPLEDGER_… variables name. While a server is using APPLEDGER_DATA_DIR, it asks that
server. npm start -- --help lists the variables.`;

const options = {
  event: { type: 'string' },
  reason: { type: 'string' },
  as: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads what stands after `projections`.
 *
 * @param user who decides, when the command line does not say
 * @throws UsageError
 */
export function parseProjectionsCommand(args: readonly string[], user: string): OperationRequest | 'help' {
  const { values, positionals } = parse(args);
  const [operation, projection, ...rest] = positionals;
  if (values.help || operation === undefined) return 'help';
  if (rest.length > 0) throw new UsageError(`${rest[0]} is one word too many: see projections --help`);
  if (operation !== 'skip' && (values.event ?? values.reason ?? values.as) !== undefined) {
    throw new UsageError('--event, --reason and --as are for projections skip');
  }
  switch (operation) {
    case 'list':
      if (projection !== undefined) throw new UsageError('projections list takes no name: it lists all');
      return { operation };
    case 'rebuild':
    case 'verify':
      return { operation, projection: named(operation, projection) };
    case 'skip': {
      const { event, reason, as } = values;
      if (!event || !reason?.trim()) {
        throw new UsageError('projections skip takes --event ID and --reason TEXT: projections list shows the id');
      }
      return { operation, projection: named(operation, projection), eventId: event, reason, operator: as ?? user };
    }
    default:
      throw new UsageError(`projections does not know ${JSON.stringify(operation)}: see projections --help`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nSee projections --help.`);
  }
}

function named(operation: string, projection: string | undefined): string {
  if (projection !== undefined) return projection;
  throw new UsageError(`projections ${operation} takes a projection's name: projections list shows them`);
}
