import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { parseDuration } from '#libs/engine/kernel/duration.js';
import { parseTime } from '#libs/engine/kernel/time.js';
import type { OperationResult } from '#libs/engine/operations/operation.js';
import { type Secret, SecretService, SecretState } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import { OVERLAP_HEADER } from '#libs/registry/contract/headers.js';
import { assertNoMoreWords, command } from '../command.js';
import { UsageError } from '../usage-error.js';
import { answered } from './answered.js';
import { assertOwnOptions } from './own-options.js';
import { type RemoteServer, remoteServer, SERVER_OPTIONS_HELP, serverOptions } from './remote-server.js';
import { textTable, timeText } from './text-table.js';

const HELP = `Manages the secrets of an API client. It has up to 20 at a time, so that one is replaced without an outage.

Usage: npm run -s appledger -- secrets OPERATION APP [OPTIONS]

  list APP             shows the secrets, their states, and when they were last used
  add APP --name NAME  adds a secret beside the others, and prints it: it cannot be shown again
    [--expires TIME]   a duration from now, such as 90d, or a time, such as 2027-01-31T00:00:00Z; default: never
  disable APP SECRET   lets the server refuse a secret until it is enabled again
  enable APP SECRET    lets the server accept it again
  remove APP SECRET    removes a secret permanently
    [--force]          disables or removes it although it was used a short time ago
  rotate APP           adds a secret that replaces all others, and prints it
    [--overlap TIME]   how long the others live on, such as 24h or 7d, at most 90d; default: they end at once

APP is the id of the application; SECRET is the id of a secret, or its name.

${SERVER_OPTIONS_HELP}

Exit codes: 0 success; 1 the server refuses, and the message says why; 2 wrong usage.

To replace a secret without an outage:
  npm run -s appledger -- secrets rotate APP --overlap 24h   # prints the new secret; the old one works for a day
  (give the new secret to every instance of the client)
  npm run -s appledger -- secrets list APP                   # "last used" shows whether somebody uses the old one
  npm run -s appledger -- secrets remove APP SECRET          # or let it end by itself`;

const options = {
  ...serverOptions,
  name: { type: 'string' },
  expires: { type: 'string' },
  overlap: { type: 'string' },
  force: { type: 'boolean' },
} as const;

interface Values {
  readonly name?: string | undefined;
  readonly expires?: string | undefined;
  readonly overlap?: string | undefined;
  readonly force?: boolean | undefined;
}

/** An operation: the options that it takes, whether it names a secret, and what it does. */
interface Operation {
  readonly takes: readonly (keyof Values)[];
  readonly namesSecret?: true;
  run(server: RemoteServer, applicationId: string, values: Values, secret: string): Promise<OperationResult>;
}

const { addSecret, listSecrets, disableSecret, enableSecret, removeSecret } = SecretService.method;

const operations: Readonly<Record<string, Operation>> = {
  list: {
    takes: [],
    async run(server, applicationId) {
      const answer = await server.call(listSecrets, { applicationId });
      return answered(listSecrets.output, answer, `client ${answer.clientId}`, ...tableOf(answer.result));
    },
  },
  add: {
    takes: ['name', 'expires'],
    async run(server, applicationId, { name, expires }) {
      if (name === undefined) throw new UsageError('secrets add requires --name NAME');
      const expiresAt = expires === undefined ? {} : { expiresAt: timestampFromMs(timeOf(expires)) };
      const answer = await server.call(addSecret, { applicationId, name, ...expiresAt });
      const { secretId, clientId, clientSecret } = answer;
      return answered(addSecret.output, answer, `secret ${secretId} of client ${clientId}:`, clientSecret);
    },
  },
  disable: {
    takes: ['force'],
    namesSecret: true,
    async run(server, applicationId, { force = false }, secretId) {
      const answer = await server.call(disableSecret, { applicationId, secretId, force });
      return answered(disableSecret.output, answer, `secret ${secretId} is disabled`);
    },
  },
  enable: {
    takes: [],
    namesSecret: true,
    async run(server, applicationId, _, secretId) {
      const answer = await server.call(enableSecret, { applicationId, secretId });
      return answered(enableSecret.output, answer, `secret ${secretId} is enabled`);
    },
  },
  remove: {
    takes: ['force'],
    namesSecret: true,
    async run(server, applicationId, { force = false }, secretId) {
      const answer = await server.call(removeSecret, { applicationId, secretId, force });
      return answered(removeSecret.output, answer, `secret ${secretId} is removed`);
    },
  },
  rotate: {
    takes: ['overlap'],
    async run(server, appId, { overlap = '0' }) {
      if (parseDuration(overlap) === undefined) throw new UsageError('--overlap takes a duration such as 24h or 7d');
      const { projectId } = await server.call(listSecrets, { applicationId: appId });
      const method = ManagementService.method.regenerateAPIClientSecret;
      const answer = await server.call(method, { projectId, appId }, { [OVERLAP_HEADER]: overlap });
      const others = parseDuration(overlap) === 0 ? 'the others have ended' : `the others end in ${overlap}`;
      return answered(method.output, answer, `the new secret; ${others}:`, answer.clientSecret);
    },
  },
};

/** `appledger secrets OPERATION APP`. */
export const secrets = command({
  name: 'secrets',
  help: HELP,
  options,
  run: async (values, [name, applicationId, ...rest]) => {
    if (name === undefined) return 'help';
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) throw new UsageError(`unknown operation ${JSON.stringify(name)}: see secrets --help`);
    if (applicationId === undefined) throw new UsageError(`secrets ${name} requires the id of an application`);
    const [secret, ...more] = operation.namesSecret ? rest : ['', ...rest];
    if (secret === undefined) throw new UsageError(`secrets ${name} requires the id or the name of a secret`);
    assertNoMoreWords('secrets', more);
    assertOwnOptions(`secrets ${name}`, operation.takes, values);
    const server = await remoteServer(values, process.env);
    const secretId = operation.namesSecret ? await idOf(server, applicationId, secret) : '';
    return operation.run(server, applicationId, values, secretId);
  },
});

/** The id of a secret that a person names by its id or its name. @throws UsageError there is no such name */
async function idOf(server: RemoteServer, applicationId: string, secret: string): Promise<string> {
  if (/^\d{18}$/.test(secret)) return secret;
  const { result } = await server.call(listSecrets, { applicationId });
  // An expired secret may have the name of a later one.
  const found = result.findLast(({ name }) => name === secret);
  if (found === undefined) throw new Error(`the application has no secret ${JSON.stringify(secret)}: see secrets list`);
  return found.secretId;
}

/** @returns in milliseconds since 1970 */
function timeOf(text: string): number {
  const duration = parseDuration(text);
  const time = duration === undefined ? parseTime(text) : systemClock() + duration;
  if (time !== undefined) return time;
  throw new UsageError(`--expires takes a duration such as 90d or a time such as 2027-01-31T00:00:00Z (got ${text})`);
}

function tableOf(listed: readonly Secret[]): readonly string[] {
  if (listed.length === 0) return ['it has no secret'];
  const rows = listed.map(({ secretId, state, hint, createdAt, expiresAt, lastUsedAt, name }) => [
    secretId,
    SecretState[state].toLowerCase(),
    hint === '' ? '' : `…${hint}`,
    timeText(createdAt),
    timeText(expiresAt),
    timeText(lastUsedAt),
    name === '' ? '' : JSON.stringify(name),
  ]);
  return textTable([['secret', 'state', 'ends in', 'created', 'expires', 'last used', 'name'], ...rows]);
}
