import { create, fromJson, type JsonValue, toJson } from '@bufbuild/protobuf';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import type { RemoteServer, ServerValues } from './calls/remote-server.js';
import { UsageError } from './usage-error.js';

/** What a command that asks the event store says of it in its help. */
export const STORE_HELP = `Without --url and APPLEDGER_URL, it reads the event store that the APPLEDGER_… variables name: the embedded one in
APPLEDGER_DATA_DIR, whether a server is using it or not, or EventStoreDB. It then needs no token, and sees every
organization.`;

/** Whether the options or the environment name a server. */
export function namesServer({ url }: ServerValues): boolean {
  return Boolean(url || process.env.APPLEDGER_URL);
}

/**
 * Asks the configured event store by itself: in this process, or in the one that is using the data folder.
 *
 * @throws UsageError the options are of use with a server only, or there is no event store
 */
export async function askStore<R>(
  values: ServerValues,
  ask: (source: Pick<RemoteServer, 'call'>) => Promise<R>,
): Promise<R> {
  for (const name of ['token', 'org'] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name} is of use with --url or APPLEDGER_URL only`);
  }
  const { openOperations } = await import('./open-operations.js'); // loads the drivers of all stores
  const request = { operation: 'ask' } as const;
  const opened = await openOperations(readConfiguration(process.env), await createLogger('warn'), request);
  const { operations } = opened;
  try {
    return await ask({
      async call(method, fields) {
        const json = toJson(method.input, create(method.input, fields)) as object;
        const { data } = await operations.run({ ...request, call: method.name, request: json }, () => undefined);
        return fromJson(method.output, data as JsonValue);
      },
    });
  } finally {
    await opened.close();
  }
}
