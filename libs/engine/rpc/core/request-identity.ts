import { randomUUID } from 'node:crypto';

/** A valid id from a client, which is stored in logs and events: visible ASCII, limited length. */
const SANE_ID = /^[\x21-\x7e]{1,128}$/;

/** W3C Trace Context, version 00: neither id may be all zeros. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The request's id: the client's, if it is valid, or a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return saneId(header) ?? randomUUID();
}

/** The id in a header; undefined: missing or invalid. */
export function saneId(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && SANE_ID.test(header) ? header : undefined;
}

/** The trace context in a header; undefined: missing or invalid. */
export function traceparentOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && TRACEPARENT.test(header) ? header : undefined;
}
