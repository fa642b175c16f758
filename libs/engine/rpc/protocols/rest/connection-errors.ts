import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import type { AccessLog } from '../../access-log/access-log.js';
import { requestIdOf } from '../../core/request-identity.js';
import { type EdgeOptions, edgeHeaders } from '../../edge/edge.js';
import { errorBody } from '../../errors/error-body.js';
import { connectionError } from '../../errors/http-error.js';
import { answerHeaders } from './answer.js';

const ORIGIN = /^origin:[ \t]*([^\r\n]*?)[ \t]*\r?$/gim;

/** The head in the access log of bytes that are not a request. */
const NO_METHOD = 'other';

/** Node's code of a connection that has ended in the middle of a request. */
const BROKEN_OFF = 'HPE_INVALID_EOF_STATE';

/** What Node stores on its sockets (undocumented). Without it, CORS headers would be missing, and a request had two lines. */
type NodeSocket = Socket & { readonly parser?: { readonly incoming?: IncomingMessage | null } | null };

/**
 * Answers bytes that are not an HTTP request, or not the rest of one whose body is being read, on the connection itself,
 * and closes it.
 */
export function connectionErrors(
  edge: EdgeOptions,
  accessLog: AccessLog,
): (error: ConnectionError, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    if (!socket.writable) {
      socket.destroy(error);
      return;
    }
    const httpError = connectionError(error);
    const body = errorBody(httpError.error);
    const requestId = requestIdOf(undefined);
    const length = Buffer.byteLength(body);
    const { code } = httpError.error;
    const served = requestUnderWay(socket);
    if (served === undefined) accessLog.refused({ requestId, protocol: 'rest', method: NO_METHOD }, code, length);
    // The line of a request that is broken off says that it was cancelled, or how it had been answered.
    else if (error.code !== BROKEN_OFF) accessLog.refusedWhileServed(served, code, length);
    const headers = {
      ...answerHeaders,
      ...edgeHeaders(edge, originOf(error, socket)),
      'x-request-id': requestId,
      'content-length': length,
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end(
      [`HTTP/1.1 ${httpError.status} ${STATUS_CODES[httpError.status]}`, ...lines, '', body].join('\r\n'),
      () => socket.destroy(), // the client may still be sending
    );
  };
}

/** What Node's parser reads the body of; undefined: it reads no body. */
function requestUnderWay({ parser }: NodeSocket): IncomingMessage | undefined {
  return parser?.incoming?.complete === false ? parser.incoming : undefined;
}

/**
 * The origin header of the invalid request: of the request whose body is being read, or found in the bytes that could
 * not be parsed.
 */
function originOf({ rawPacket }: ConnectionError, { parser }: NodeSocket): string | undefined {
  const underWay = parser?.incoming?.headers.origin;
  if (underWay !== undefined) return underWay;
  if (!(rawPacket instanceof Buffer)) return undefined;
  return [...rawPacket.toString('latin1').matchAll(ORIGIN)].at(-1)?.[1];
}
