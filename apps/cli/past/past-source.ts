import { create, type DescMessage, fromJson, type JsonValue, toJson } from '@bufbuild/protobuf';
import type { OperationResult } from '#libs/engine/operations/operation.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import { type RemoteServer, remoteServer, type ServerValues, serverOptions } from '../calls/remote-server.js';
import { UsageError } from '../usage-error.js';

/** The options of every command about the past. */
export const pastOptions = { ...serverOptions, project: { type: 'boolean' } } as const;

/** These options in the help of a command, and what the command reads. */
export const PAST_OPTIONS_HELP = `  --project       ID is that of a project
  --json          prints the answer as JSON

Without --url and APPLEDGER_URL, it reads the event store that the APPLEDGER_… variables name: the embedded one in
APPLEDGER_DATA_DIR, whether a server is using it or not, or EventStoreDB. It then needs no token, and sees every
organization. With a URL it asks that server:

  --url URL       the server; default: APPLEDGER_URL
  --token TOKEN   a bearer token; default: APPLEDGER_TOKEN, or a token of the development issuer in APPLEDGER_DATA_DIR.
                  Other users of the machine see options: prefer APPLEDGER_TOKEN
  --org ID        the organization; default: that of the token's user`;

/** What a POINT is, for help texts. */
export const POINT_HELP = `POINT is a time such as 2026-11-29T12:00:00Z, a position of the event log, or a sequence of ID such as sequence:3.`;

/**
 * Asks about the past: a server, or the event store by itself.
 *
 * @throws UsageError the options contradict each other, or there is no event store
 */
export async function askPast(
  values: ServerValues,
  ask: (source: Pick<RemoteServer, 'call'>) => Promise<OperationResult>,
): Promise<OperationResult> {
  if (values.url || process.env.APPLEDGER_URL) return ask(await remoteServer(values, process.env));
  for (const name of ['token', 'org'] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name} is of use with --url or APPLEDGER_URL only`);
  }
  const { openOperations } = await import('../open-operations.js'); // loads the drivers of all stores
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

/** The JSON of an answer, for --json. */
export function jsonOf<Desc extends DescMessage>(schema: Desc, answer: Parameters<typeof toJson<Desc>>[1]): object {
  return toJson(schema, answer) as object;
}
