import { type ParseArgsConfig } from 'node:util';
import type { OperationRequest } from '#libs/engine/operations/operation.js';
import { ALL_PROJECTIONS } from '#libs/engine/projector/all-projections.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import { assertNoMoreWords, command } from './command.js';
import { UsageError } from './usage-error.js';

const HELP = `Manages the projections, which write the documents that answer queries.

Usage: npm run -s appledger -- projections OPERATION [--json]

  list [NAME]             shows the state of each projection, and the event at which it has stopped
  rebuild NAME            builds its documents again, while the old ones answer queries
  verify NAME             projects the events again and compares; exit code 1 if a document differs
  skip NAME --event ID --reason TEXT [--as USER]
                          lets it skip the event at which it has stopped; the decision is recorded

NAME is the name of a projection, or all: one projection after the other; for skip, one decision for all of them.

Examples:
  npm run -s appledger -- projections list
  npm run -s appledger -- projections verify all --json
  npm run -s appledger -- projections skip all --event 1b4e28ba-… --reason "written by hand"

It works on the stores that the APPLEDGER_… variables configure. While a server is using APPLEDGER_DATA_DIR, that
server runs the operation. See docs/operations.md.`;

const options = {
  event: { type: 'string' },
  reason: { type: 'string' },
  as: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

interface SkipOptions {
  readonly event?: string | undefined;
  readonly reason?: string | undefined;
  readonly as?: string | undefined;
}

/** `appledger projections OPERATION`. */
export const projections = command({
  name: 'projections',
  help: HELP,
  options,
  run: async (values, [operation, ...rest], tell) => {
    if (operation === undefined) return 'help';
    const request = requestOf(operation, rest, values, process.env.USER ?? 'operator');
    const configuration = readConfiguration(process.env);
    const { openOperations } = await import('./open-operations.js'); // loads the drivers of all stores
    const { operations, close } = await openOperations(configuration, await createLogger('warn'), request);
    try {
      return await operations.run(request, tell);
    } finally {
      await close();
    }
  },
});

/** @param user who decides, unless --as names another one */
function requestOf(
  operation: string,
  [projection, ...rest]: readonly string[],
  values: SkipOptions,
  user: string,
): OperationRequest {
  assertNoMoreWords('projections', rest);
  if (operation !== 'skip' && (values.event ?? values.reason ?? values.as) !== undefined) {
    throw new UsageError('--event, --reason and --as are options of projections skip');
  }
  switch (operation) {
    case 'list':
      return { operation, projection: projection ?? ALL_PROJECTIONS };
    case 'rebuild':
    case 'verify':
      return { operation, projection: named(operation, projection) };
    case 'skip': {
      const { event, reason, as } = values;
      if (!event || !reason?.trim()) {
        throw new UsageError('projections skip requires --event ID and --reason TEXT: projections list shows the id');
      }
      return { operation, projection: named(operation, projection), eventId: event, reason, operator: as ?? user };
    }
    default:
      throw new UsageError(`unknown operation ${JSON.stringify(operation)}: see projections --help`);
  }
}

function named(operation: string, projection: string | undefined): string {
  if (projection !== undefined) return projection;
  throw new UsageError(`projections ${operation} requires a projection's name: projections list shows them`);
}
