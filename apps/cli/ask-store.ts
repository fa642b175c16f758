import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromJson,
  type JsonObject,
  type MessageInitShape,
  toJson,
} from '@bufbuild/protobuf';
import { remoteOperations } from '#libs/engine/operations/control-socket.js';
import { type Configuration, readConfiguration } from '#libs/engine/runtime/configuration.js';
import { DataFolderInUseError } from '#libs/engine/runtime/data-folder.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import type { OpenedAnswers } from '#libs/registry/composition/open-answers.js';
import type { RemoteServer, ServerValues } from './calls/remote-server.js';
import { assertEventStoreIn } from './existing-event-store.js';
import { UsageError } from './usage-error.js';

/** What a command that asks the event store says of it in its help. */
export const STORE_HELP = `Without --url and APPLEDGER_URL, it reads the event store that the APPLEDGER_… variables name: the embedded one in
APPLEDGER_DATA_DIR, whether a server is using it or not, or EventStoreDB. It then needs no token, and sees every
organization.`;

/** The event store that answers without a server. */
export interface AskedStore extends Pick<RemoteServer, 'call'> {
  /** Calls a method, and leaves its answer as JSON. */
  json<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ): Promise<JsonObject>;
}

/** Whether the options or the environment name a server. */
export function namesServer({ url }: ServerValues): boolean {
  return Boolean(url || process.env.APPLEDGER_URL);
}

/**
 * Asks the configured event store by itself: in this process, or in the one that is using the data folder.
 *
 * @throws UsageError the options are of use with a server only, or there is no event store
 */
export async function askStore<R>(values: ServerValues, ask: (store: AskedStore) => Promise<R>): Promise<R> {
  for (const name of ['token', 'org'] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name} is of use with --url or APPLEDGER_URL only`);
  }
  const { ask: askOnce, close } = await opened(readConfiguration(process.env));
  try {
    const json: AskedStore['json'] = async (method, fields) => {
      const request = toJson(method.input, create(method.input, fields)) as object;
      const { data } = await askOnce({ operation: 'ask', call: method.name, request });
      return data as JsonObject;
    };
    return await ask({
      json,
      call: async (method, fields) => fromJson(method.output, await json(method, fields)),
    });
  } finally {
    await close();
  }
}

/** The event store itself, or the process that is using the data folder. */
async function opened(configuration: Configuration): Promise<OpenedAnswers> {
  const { dataDir, eventStoreUrl } = configuration;
  if (eventStoreUrl === undefined) assertEventStoreIn(dataDir);
  const { openAnswers } = await import('#libs/registry/composition/open-answers.js'); // loads the stores
  try {
    return await openAnswers(configuration, await createLogger('warn'));
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error;
    const operations = remoteOperations(dataDir);
    return { ask: (request) => operations.run(request, () => undefined), close: async () => undefined };
  }
}
