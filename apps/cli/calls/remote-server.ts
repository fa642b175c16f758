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
import { CallError } from './call-error.js';
import { tokenAdvice } from './token-advice.js';

/** The server that a command calls when it names none. */
export const DEFAULT_URL = 'http://127.0.0.1:8080';

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
   * @throws CallError the server cannot be reached, or refuses; the message says why
   */
  call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<MessageShape<O>>;
  /**
   * Sends a GET request, with a new token where the development issuer issues them.
   *
   * @param path with its query
   * @returns the answer, whose status is 2xx
   * @throws CallError the server cannot be reached, or refuses; the message says why
   */
  get(path: string, headers?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response>;
}

/** The id of the refusal of a token. */
const INVALID_TOKEN = 'AUTH-7fs1e';

/** What OpenSSL says where the other side does not speak TLS. */
const WITHOUT_TLS = 'wrong version number';

/** An error as the JSON of Connect and of REST carries it. */
interface ErrorBody {
  readonly code?: string | number;
  readonly message?: string;
}

/** The server that the options name. @throws UsageError its URL is not valid, or there is no token */
export async function remoteServer(
  { url, token, org }: ServerValues,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RemoteServer> {
  const base = baseUrl(url || env.APPLEDGER_URL || DEFAULT_URL);
  const credentials = async () => ({
    authorization: `Bearer ${token || env.APPLEDGER_TOKEN || (await developmentToken(env))}`,
    ...(org !== undefined && { [ORGANIZATION_HEADER]: org }),
  });
  const headers = {
    'content-type': 'application/json',
    'connect-protocol-version': '1',
    ...(await credentials()),
  };
  return {
    async call(method, request, ownHeaders = {}) {
      const body = JSON.stringify(toJson(method.input, create(method.input, request)));
      const path = `/${method.parent.typeName}/${method.name}`;
      const response = await answerOf(base, path, { method: 'POST', headers: { ...headers, ...ownHeaders }, body });
      return fromJson(method.output, await jsonOf(response, base), { ignoreUnknownFields: true });
    },
    async get(path, ownHeaders = {}, signal = undefined) {
      const init = { headers: { ...(await credentials()), ...ownHeaders }, ...(signal && { signal }) };
      return answerOf(base, path, init);
    },
  };
}

/** @throws CallError the server cannot be reached, or refuses */
async function answerOf(base: string, path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(base + path, init).catch((cause: unknown) => {
    const text = `${base} cannot be reached (${reasonOf(cause)}): check --url, and that the server runs`;
    throw new CallError(text, true, { cause });
  });
  if (response.ok) return response;
  const { code = response.status, message = '' } = (await jsonOf(response, base)) as ErrorBody;
  const advice = message.includes(INVALID_TOKEN) ? `: ${tokenAdvice(sentToken(init), Date.now())}` : '';
  throw new CallError(`the server refuses the call (${code}): ${message}${advice}`, isTemporary(response.status));
}

function sentToken({ headers }: RequestInit): string {
  return new Headers(headers).get('authorization')?.replace('Bearer ', '') ?? '';
}

/** The server, or a proxy before it, is overloaded or not ready. */
function isTemporary(status: number): boolean {
  return status === 429 || status >= 500;
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
    const text = `${base} answers ${response.status} without JSON: check that it is the URL of Appledger`;
    throw new CallError(text, isTemporary(response.status));
  }
}

/** What fetch says of a connection that fails is in the cause of its error. That of OpenSSL has several lines. */
function reasonOf(error: unknown): string {
  const cause = (error as Error).cause ?? error;
  const text = messageOf(cause).trim().replace(/\s+/g, ' ');
  return text.includes(WITHOUT_TLS) ? 'it does not speak TLS: its URL begins with http://' : text;
}
