import type { IncomingMessage, ServerResponse } from 'node:http';
import { SERVER_VERSION } from './server-features.js';

/** A response over HTTP/1.1. */
export interface ProbeAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: object;
  readonly allow?: string;
}

const VERBS = ['GET', 'HEAD'];

const NOT_SERVED =
  "This port serves EventStoreDB's gRPC protocol over HTTP/2. Over HTTP/1.1 it answers GET /health/live, /ping and /info.";

/** EventStoreDB's response, with its message type id. */
const PONG = { msgTypeId: 34, text: 'Ping request successfully handled' };

/** The query parameter `liveCode` replaces status 204, for load balancers that accept 200 only. */
const LIVE_CODE = /[?&]liveCode=([1-5]\d\d)(&|$)/;

/**
 * The response to an HTTP/1.1 request: the endpoints of EventStoreDB that health probes, container images and tools
 * call. As in EventStoreDB they need no credentials.
 *
 * @param target path and query
 * @param hasUsers whether the gRPC calls need credentials
 */
export function probeAnswer(verb: string, target: string, hasUsers: boolean): ProbeAnswer {
  const path = target.split('?', 1)[0] ?? '';
  const answer = answers(target, hasUsers)[path];
  if (answer === undefined) return { status: 404, body: { message: NOT_SERVED } };
  if (VERBS.includes(verb)) return answer;
  return { status: 405, body: { message: `${path} supports GET and HEAD only.` }, allow: VERBS.join(', ') };
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

/** Answers an HTTP/1.1 request and closes the connection, because probes send one request each. */
export function answerProbe(request: IncomingMessage, response: ServerResponse, hasUsers: boolean): void {
  const { status, body, allow } = probeAnswer(request.method ?? '', request.url ?? '', hasUsers);
  response.shouldKeepAlive = false;
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...(allow !== undefined && { allow }),
  });
  response.end(body && JSON.stringify(body));
}
