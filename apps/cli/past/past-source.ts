import type { OperationResult } from '#libs/engine/operations/operation.js';
import { anyPointOf, POINT_FORMS } from '#libs/registry/shared/past/as-of.js';
import { askStore, namesServer, STORE_HELP } from '../ask-store.js';
import { remoteServer, type ServerValues, serverOptions } from '../calls/remote-server.js';
import { UsageError } from '../usage-error.js';
import { kindOptions, type PastSource } from './past-calls.js';

/** The options of every command about the past. */
export const pastOptions = { ...serverOptions, ...kindOptions } as const;

/** These options in the help of a command, and what the command reads. */
export const PAST_OPTIONS_HELP = `  --project       ID is that of a project
  --webhook       ID is that of a webhook
  --json          prints the answer as JSON

${STORE_HELP} With a URL it asks that server:

  --url URL       the server; default: APPLEDGER_URL
  --token TOKEN   a bearer token; default: APPLEDGER_TOKEN, or a token of the development issuer in APPLEDGER_DATA_DIR.
                  Other users of the machine see options: prefer APPLEDGER_TOKEN
  --org ID        the organization; default: that of the token's user`;

/** What a POINT is, for help texts. */
export const POINT_HELP = `POINT is a time such as 2026-11-29T12:00:00Z, a position of the event log, or a sequence of ID such as sequence:3.`;

/**
 * A POINT of an option; left out: now.
 *
 * @throws UsageError it is not of one of the forms
 */
export function pointOption(option: string, text: string | undefined): string {
  if (text === undefined || anyPointOf(text) !== undefined) return text ?? '';
  throw new UsageError(`${option} takes ${POINT_FORMS}, or sequence:3 (got ${JSON.stringify(text)})`);
}

/**
 * Asks about the past: a server, or the event store by itself.
 *
 * @throws UsageError the options contradict each other, or there is no event store
 */
export async function askPast(
  values: ServerValues,
  ask: (source: PastSource) => Promise<OperationResult>,
): Promise<OperationResult> {
  return namesServer(values) ? ask(await remoteServer(values, process.env)) : askStore(values, ask);
}
