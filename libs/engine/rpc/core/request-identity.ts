import { randomUUID } from 'node:crypto';

/** An id that comes from outside and ends in logs and events: visible ASCII, not long. */
const SANE_ID = /^[\x21-\x7e]{1,128}$/;

/** W3C Trace Context, version 00: neither id may be all zeros. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The request's id: the one that came with it, when it is sane, or a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return saneId(header) ?? randomUUID();
}

/** An id from a header, or undefined when there is none that can be taken. */
export function saneId(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && SANE_ID.test(header) ? header : undefined;
}

/** The trace context from a header, or undefined when there is none that is well-formed. */
export function traceparentOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && TRACEPARENT.test(header) ? header : undefined;
}
