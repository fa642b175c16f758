import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { CONNECTIONS, type Extent, type LoadedTarget, type LoadFigures } from './load.js';

/** The number of connections, which gRPC calls share; the number of concurrent calls is the same as for REST. */
const SESSIONS = 4;

/** The target of a load over gRPC: a server and the call. */
export interface GrpcTarget {
  readonly name: string;
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Creates the next message, framed. */
  readonly next: () => Buffer;
}

/** A target of gRPC, to be compared with those of REST. */
export function grpcTarget(target: GrpcTarget): LoadedTarget {
  return { name: target.name, load: (extent) => loadGrpc(target, extent) };
}

/** Loads one target. @throws Error a call did not end with status 0 */
async function loadGrpc(target: GrpcTarget, extent: Extent): Promise<LoadFigures> {
  const sessions = Array.from({ length: SESSIONS }, () => connect(target.url));
  const began = performance.now();
  const until = 'seconds' in extent ? began + extent.seconds * 1000 : Infinity;
  let left = 'requests' in extent ? extent.requests : Infinity;
  const times: number[] = [];
  const callers = Array.from({ length: CONNECTIONS }, async (_, index) => {
    const session = sessions[index % SESSIONS];
    while (session !== undefined && performance.now() < until && left > 0) {
      left -= 1;
      const since = performance.now();
      await callOnce(session, target);
      times.push(performance.now() - since);
    }
  });
  try {
    await Promise.all(callers);
  } finally {
    for (const session of sessions) session.close();
  }
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { requestsPerSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}

function callOnce(session: ClientHttp2Session, { name, path, headers, next }: GrpcTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': path, ...headers } as OutgoingHttpHeaders);
    let status: unknown;
    const look = (received: { readonly 'grpc-status'?: unknown; readonly [name: string]: unknown }) => {
      status = received['grpc-status'] ?? status;
    };
    stream.on('response', look).on('trailers', look).resume();
    stream.once('error', reject);
    stream.once('close', () => {
      if (status === '0') resolve();
      else reject(new Error(`${name}: a call ended with status ${status}`));
    });
    stream.end(next());
  });
}
