import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { ALWAYS, type Turn } from '#libs/engine/consumer/turn.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { type AddressPolicy, addressFault } from '#libs/registry/shared/public-addresses/address-fault.js';
import { checkedLookup } from '#libs/registry/shared/public-addresses/checked-lookup.js';
import { type Attempt, outcomeOf, retryAfterOf } from './attempt.js';
import { readBeginning } from './read-beginning.js';
import { signatureOf } from './signature.js';

/** The longest time until the head of the answer is there. */
const ATTEMPT_MS = 15_000;

/** The longest time for a connection to be established, TLS included. */
const CONNECT_MS = 5_000;

/** The longest head of an answer. */
const MAX_HEAD_BYTES = 8_192;

/** Connections to one receiver that are kept for the next deliveries, and for how long. */
const KEPT_CONNECTIONS = 32;
const KEPT_MS = 30_000;

const MS_PER_SECOND = 1_000;

const NO_SECRET =
  'nothing can be signed: the server no longer has the key of the signing secret; put it back, or rotate the secret';

/** Where a message goes, and how it is signed. */
export interface Receiver {
  readonly url: string;
  /** The active signing secrets: `whsec_` and base64. */
  readonly secrets: readonly string[];
}

/** A message. */
export interface Message {
  /** The id of the event. */
  readonly id: string;
  /** JSON in the form of CloudEvents 1.0. */
  readonly body: string;
}

export interface SenderOptions extends AddressPolicy {
  readonly clock: Clock;
  /** The longest time until the head of an answer is there, in milliseconds; default: 15 s. */
  readonly attemptMs?: number;
}

/**
 * Posts messages by the specification Standard Webhooks. The receiver's owner chooses the URL: the connection is made
 * only to an address that is allowed, redirects are not followed, and time, head and body of the answer are bounded.
 */
export class Sender {
  readonly #lookup: LookupFunction;
  readonly #agents: { readonly 'http:': HttpAgent; readonly 'https:': HttpsAgent };
  readonly #userAgent = `Appledger/${productVersion()}`;

  constructor(private readonly options: SenderOptions) {
    this.#lookup = checkedLookup(options);
    const kept = { keepAlive: true, maxFreeSockets: KEPT_CONNECTIONS, timeout: KEPT_MS };
    this.#agents = { 'http:': new HttpAgent(kept), 'https:': new HttpsAgent(kept) };
  }

  /**
   * Makes one attempt. Never rejects.
   *
   * @param signal ends it, as a failed one
   * @param turn nothing is sent over a connection when it is over, also when the connection has just been made
   */
  async send(receiver: Receiver, message: Message, signal?: AbortSignal, turn: Turn = ALWAYS): Promise<Attempt> {
    const at = this.options.clock();
    const began = performance.now();
    const durationMs = () => Math.round(performance.now() - began);
    try {
      const { status, retryAfter, answer } = await this.#post(receiver, message, { at, signal, turn });
      const retryAfterMs = retryAfterOf(retryAfter, this.options.clock());
      return {
        ...outcomeOf(status),
        at,
        durationMs: durationMs(),
        status,
        answer,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      };
    } catch (error) {
      return { outcome: 'failed', at, durationMs: durationMs(), reason: messageOf(error), answer: '' };
    }
  }

  /** Closes the connections that are kept. */
  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  async #post(
    { url: text, secrets }: Receiver,
    { id, body }: Message,
    { at, signal, turn }: { readonly at: number } & Pick<Limits, 'signal' | 'turn'>,
  ) {
    const url = new URL(text);
    if (secrets.length === 0) throw new Error(NO_SECRET);
    const isHttps = url.protocol === 'https:';
    if (!isHttps && !this.options.allowPrivate) throw new Error('the URL must begin with https://');
    this.#checkLiteral(url);
    const timestamp = Math.floor(at / MS_PER_SECOND);
    const options = {
      method: 'POST',
      lookup: this.#lookup,
      maxHeaderSize: MAX_HEAD_BYTES,
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': this.#userAgent,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf({ id, timestamp, body }, secrets),
      },
    };
    const begin = () =>
      isHttps
        ? requestHttps(url, { ...options, agent: this.#agents['https:'] })
        : requestHttp(url, { ...options, agent: this.#agents['http:'] });
    const { attemptMs = ATTEMPT_MS } = this.options;
    const head = await answerTo(begin, body, { attemptMs, signal, turn });
    return { status: head.statusCode ?? 0, retryAfter: head.headers['retry-after'], answer: await readBeginning(head) };
  }

  /** No look-up happens for an address that stands in the URL. */
  #checkLiteral({ hostname }: URL): void {
    const host = hostname.replace(/^\[|\]$/g, '');
    const fault = isIP(host) === 0 ? undefined : addressFault(host, this.options);
    if (fault !== undefined) throw new Error(`${host} ${fault}`);
  }
}

/** What ends an attempt. */
interface Limits {
  readonly attemptMs: number;
  readonly signal: AbortSignal | undefined;
  readonly turn: Turn;
}

/** Sends a request, and once more if the receiver has just closed the kept connection on which it was sent. */
async function answerTo(begin: () => ClientRequest, body: string, limits: Limits): Promise<IncomingMessage> {
  const until = performance.now() + limits.attemptMs;
  for (;;) {
    const request = begin();
    try {
      return await headOf(request, body, { ...limits, until });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const wasClosed = request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
      if (!wasClosed) throw error;
    }
  }
}

function headOf(
  request: ClientRequest,
  body: string,
  { until, attemptMs, signal, turn }: Limits & { readonly until: number },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const end = (why: string) => request.destroy(new Error(why));
    const whole = setTimeout(() => end(`no answer within ${attemptMs} ms`), until - performance.now());
    const connect = setTimeout(() => end(`no connection within ${CONNECT_MS} ms`), CONNECT_MS);
    const onAbort = () => end('the server is stopping');
    const settle = () => {
      clearTimeout(whole);
      clearTimeout(connect);
      signal?.removeEventListener('abort', onAbort);
    };
    const onConnected = () => {
      clearTimeout(connect);
      if (turn.isValid) request.end(body);
      else end('another server delivers');
    };
    request.on('socket', (socket) => {
      if (request.reusedSocket) onConnected();
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', onConnected);
    });
    request.on('response', (head) => {
      settle();
      resolve(head);
    });
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    request.on('error', fail);
    request.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      fail(new Error(`the receiver answers ${statusCode}`));
    });
    request.on('close', () => fail(new Error('the connection was closed without an answer'))); // after an answer: nothing
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
