import { type DescMessage, toJson } from '@bufbuild/protobuf';
import type { OperationResult } from '#libs/engine/operations/operation.js';
import { askStore, namesServer, STORE_HELP } from '../ask-store.js';
import { type RemoteServer, remoteServer, type ServerValues, serverOptions } from '../calls/remote-server.js';

/** The options of every command about the past. */
export const pastOptions = { ...serverOptions, project: { type: 'boolean' } } as const;

/** These options in the help of a command, and what the command reads. */
export const PAST_OPTIONS_HELP = `  --project       ID is that of a project
  --json          prints the answer as JSON

${STORE_HELP} With a URL it asks that server:

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
  return namesServer(values) ? ask(await remoteServer(values, process.env)) : askStore(values, ask);
}

/** The JSON of an answer, for --json. */
export function jsonOf<Desc extends DescMessage>(schema: Desc, answer: Parameters<typeof toJson<Desc>>[1]): object {
  return toJson(schema, answer) as object;
}
