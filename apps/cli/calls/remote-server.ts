import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromJson,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ORGANIZATION_HEADER } from '#libs/registry/contract/headers.js';
import { issueToken } from '../issue-token.js';
import { UsageError } from '../usage-error.js';

/** The server that a command calls when it names none. */
const DEFAULT_URL = 'http://127.0.0.1:8080';

/** The options of every command that calls a server. */
export const serverOptions = {
  url: { type: 'string' },
  token: { type: 'string' },
  org: { type: 'string' },
} as const;

/** These options in the help of a command. */
export const SERVER_OPTIONS_HELP = `  --url URL       the server; default: APPLEDGER_URL, or ${DEFAULT_URL}
  --token TOKEN   a bearer token; default: APPLEDGER_TOKEN, or a token of the development issuer in APPLEDGER_DATA_DIR.
                  Other users of the machine see options: prefer APPLEDGER_TOKEN
  --org ID        the organization; default: that of the token's user
  --json          prints the answer as JSON`;

/** The values of {@link serverOptions}. */
export interface ServerValues {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly org?: string | undefined;
}

/** A server that a command calls as a client does. */
export interface RemoteServer {
  /**
   * Calls a method.
   *
   * @param headers of this call alone
   * @throws Error the server cannot be reached, or refuses; the message says why
   */
  call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<MessageShape<O>>;
}

/** An error as Connect's JSON carries it. */
interface ConnectError {
  readonly code?: string;
  readonly message?: string;
}

/** The server that the options name. @throws UsageError its URL is not valid, or there is no token */
export async function remoteServer(
  { url, token, org }: ServerValues,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RemoteServer> {
  const base = baseUrl(url || env.APPLEDGER_URL || DEFAULT_URL);
  const headers = {
    'content-type': 'application/json',
    'connect-protocol-version': '1',
    authorization: `Bearer ${token || env.APPLEDGER_TOKEN || (await developmentToken(env))}`,
    ...(org !== undefined && { [ORGANIZATION_HEADER]: org }),
  };
  return {
    async call(method, request, ownHeaders = {}) {
      const body = JSON.stringify(toJson(method.input, create(method.input, request)));
      const path = `${base}/${method.parent.typeName}/${method.name}`;
      const response = await fetch(path, { method: 'POST', headers: { ...headers, ...ownHeaders }, body }).catch(
        (cause: unknown) => {
          throw new Error(`${base} cannot be reached (${reasonOf(cause)}): check --url, and that the server runs`, {
            cause,
          });
        },
      );
      const answer = await jsonOf(response, base);
      if (response.ok) return fromJson(method.output, answer, { ignoreUnknownFields: true });
      const { code = response.status, message = '' } = answer as ConnectError;
      throw new Error(`the server refuses the call (${code}): ${message}`);
    },
  };
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`--url takes the URL of a server, such as ${DEFAULT_URL} (got ${JSON.stringify(text)})`);
  }
  return url.href.replace(/\/+$/, '');
}

async function developmentToken(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  try {
    return await issueToken([], env, systemClock);
  } catch (error) {
    throw new UsageError(`give a token with APPLEDGER_TOKEN or --token: ${messageOf(error)}`);
  }
}

async function jsonOf(response: Response, base: string): Promise<JsonValue> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${base} answers ${response.status} without JSON: check that it is the URL of Appledger`);
  }
}

/** What fetch says of a connection that fails is in the cause of its error. */
function reasonOf(error: unknown): string {
  return messageOf((error as Error).cause ?? error);
}
