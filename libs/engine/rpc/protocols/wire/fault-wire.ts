import type { IncomingHttpHeaders } from 'node:http';
import { streamFailure, streamWire } from '../streaming/stream-wire.js';
import { connectJsonWire } from './connect-wire.js';
import type { Wire } from './wire.js';
import { framedWire } from './wires.js';

/**
 * How a fault is told to a client by its headers alone, on paths that are not one call's own; undefined: as REST does.
 * Connect's requests with one message look like REST's unless they name the protocol.
 */
export function faultWire(headers: IncomingHttpHeaders): Pick<Wire, 'protocol' | 'failure'> | undefined {
  const framed = framedWire(headers['content-type']);
  if (framed !== undefined) return framed;
  const stream = streamWire(headers['content-type']);
  if (stream !== undefined) {
    return { protocol: stream.protocol, failure: ({ error }) => streamFailure(stream, error) };
  }
  return headers['connect-protocol-version'] === undefined ? undefined : connectJsonWire;
}
