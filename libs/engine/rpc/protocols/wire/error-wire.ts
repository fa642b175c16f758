import type { IncomingHttpHeaders } from 'node:http';
import { connectJsonWire } from '../connect/connect-wire.js';
import { streamError, streamWire } from '../streaming/stream-wire.js';
import type { Wire } from './wire.js';
import { framedWire } from './wires.js';

/**
 * The form of an error on a path that does not belong to a call, chosen by the request's headers; undefined: the form
 * of REST. Unary requests of Connect look like those of REST unless they name the protocol.
 */
export function errorWire(headers: IncomingHttpHeaders): Pick<Wire, 'protocol' | 'errorAnswer'> | undefined {
  const framed = framedWire(headers['content-type']);
  if (framed !== undefined) return framed;
  const stream = streamWire(headers['content-type']);
  if (stream !== undefined) {
    return { protocol: stream.protocol, errorAnswer: ({ error }) => streamError(stream, error) };
  }
  return headers['connect-protocol-version'] === undefined ? undefined : connectJsonWire;
}
