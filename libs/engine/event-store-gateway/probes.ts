import type { IncomingMessage, ServerResponse } from 'node:http';
import { SERVER_VERSION } from './server-features.js';

/** An answer over HTTP/1.1. */
export interface ProbeAnswer {
  readonly status: number;
  /** Sent as JSON; undefined: there is none. */
  readonly body?: object;
  readonly allow?: string;
}

const VERBS = ['GET', 'HEAD'];

const NOT_SERVED =
  "This port serves EventStoreDB's gRPC protocol over HTTP/2. Over HTTP/1.1 it answers GET /health/live, /ping and /info.";

/** What EventStoreDB writes; the number is that of its message. */
const PONG = { msgTypeId: 34, text: 'Ping request successfully handled' };

/** A client may ask /health/live for another code than 204, for load balancers that take 200 alone. */
const LIVE_CODE = /[?&]liveCode=([1-5]\d\d)(&|$)/;

/**
 * What the gateway answers over HTTP/1.1: what probes, images and tools ask of EventStoreDB. Nobody needs credentials
 * for it, as there.
 *
 * @param target the path with the query
 * @param hasUsers whether the other calls ask for credentials
 */
export function probeAnswer(verb: string, target: string, hasUsers: boolean): ProbeAnswer {
  const path = target.split('?', 1)[0] ?? '';
  const answer = answers(target, hasUsers)[path];
  if (answer === undefined) return { status: 404, body: { message: NOT_SERVED } };
  if (VERBS.includes(verb)) return answer;
  return { status: 405, body: { message: `${path} takes GET and HEAD alone.` }, allow: VERBS.join(', ') };
}

function answers(target: string, hasUsers: boolean): Readonly<Record<string, ProbeAnswer | undefined>> {
  const info = {
    esVersion: SERVER_VERSION,
    state: 'leader',
    features: { projections: false, userManagement: false, atomPub: false },
    authentication: { type: hasUsers ? 'internal' : 'insecure', properties: {} },
  };
  return Object.assign(Object.create(null), {
    '/health/live': { status: Number(LIVE_CODE.exec(target)?.[1] ?? 204) },
    '/ping': { status: 200, body: PONG },
    '/info': { status: 200, body: info },
  });
}

/** Answers a request over HTTP/1.1, and ends the connection: probes come one at a time. */
export function answerProbe(request: IncomingMessage, response: ServerResponse, hasUsers: boolean): void {
  const { status, body, allow } = probeAnswer(request.method ?? '', request.url ?? '', hasUsers);
  response.shouldKeepAlive = false;
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...(allow !== undefined && { allow }),
  });
  response.end(body && JSON.stringify(body));
}
