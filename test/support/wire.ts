import {
  type ClientHttp2Session,
  connect as connectHttp2,
  constants,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';

/** The answer in any protocol: the message's bytes or the error. */
export interface WireResult {
  /** The HTTP status. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

/** An HTTP request. */
export interface WireRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Sends one request over HTTP/2, on a new connection. */
export async function overHttp2(
  url: string,
  request: WireRequest,
  tls: SecureClientSessionOptions = {},
): Promise<WireResult> {
  const session = connectHttp2(url, tls);
  try {
    return await onSession(session, request);
  } finally {
    session.close();
  }
}

/** Sends one request on a connection. */
export function onSession(session: ClientHttp2Session, request: WireRequest): Promise<WireResult> {
  const { path, method = 'POST', headers = {}, body = Buffer.alloc(0) } = request;
  return new Promise((resolve, reject) => {
    session.once('error', reject);
    const stream = session.request({ ':method': method, ':path': path, ...headers } as OutgoingHttpHeaders);
    const chunks: Buffer[] = [];
    let answered: Record<string, string> = {};
    let trailers: Record<string, string> = {};
    stream.on('response', (received) => {
      answered = received as unknown as Record<string, string>;
    });
    stream.on('trailers', (received) => {
      trailers = received as unknown as Record<string, string>;
    });
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.once('error', reject);
    stream.once('close', () => {
      session.off('error', reject);
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) reject(new Error(`reset with ${stream.rstCode}`));
      resolve({ status: Number(answered[':status']), headers: answered, body: Buffer.concat(chunks), trailers });
    });
    if (!stream.writableEnded) stream.end(body); // node ends a GET itself
  });
}

/** Sends one request over HTTP/1.1. */
export async function overHttp1(
  url: string,
  { path, method = 'POST', headers, body }: WireRequest,
): Promise<WireResult> {
  const init = method === 'GET' || body === undefined ? {} : { body: Uint8Array.from(body) };
  const response = await fetch(`${url}${path}`, { method, ...(headers && { headers }), ...init });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
    trailers: {},
  };
}

/** Puts a message into gRPC's frame. */
export function framed(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Splits bytes into gRPC frames. */
export function frames(bytes: Buffer): { readonly flags: number; readonly data: Buffer }[] {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 1);
    found.push({ flags: bytes[at] ?? 0, data: bytes.subarray(at + 5, at + 5 + length) });
    at += 5 + length;
  }
  return found;
}
