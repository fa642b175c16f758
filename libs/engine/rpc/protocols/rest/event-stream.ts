import type { EventFields } from '../../core/contract.js';
import { errorBody } from '../../errors/error-body.js';
import type { StreamWire } from '../streaming/stream-wire.js';

/** The media type of server-sent events (WHATWG HTML, "Server-sent events"). */
export const EVENT_STREAM = 'text/event-stream';

/** A comment, which clients skip. */
const HEARTBEAT = Buffer.from(':\n\n');

/** Characters that would end the line of a field. */
const LINE_END = /[\r\n\0]/g;

/**
 * Writes a stream of answers as server-sent events: each answer is one event with the answer's JSON as data. An error
 * is an event of the type `error` with the error's JSON. A stream without an error ends when it is complete, or when
 * the server stops: browsers then reconnect.
 *
 * @param fields the fields of an answer that become the id and the type of its event
 */
export function eventStreamWire({ id, event }: EventFields): StreamWire {
  return {
    protocol: 'rest',
    codec: 'json',
    // Tells proxies not to buffer the answer, which would delay events.
    headers: { 'content-type': EVENT_STREAM, 'x-accel-buffering': 'no' },
    heartbeat: HEARTBEAT,
    frames: (chunks) => chunks,
    message: (json, answer) =>
      Buffer.from(
        `${line('id', fieldText(answer, id))}${line('event', fieldText(answer, event))}data: ${textOf(json)}\n\n`,
      ),
    end: (error) => (error === undefined ? {} : { body: Buffer.from(`event: error\ndata: ${errorBody(error)}\n\n`) }),
  };
}

/** Says whether a request asks for server-sent events. @param accept the header */
export function acceptsEventStream(accept: string | undefined): boolean {
  return accept?.toLowerCase().includes(EVENT_STREAM) === true;
}

function fieldText(answer: object, field: string | undefined): string {
  return field === undefined ? '' : `${(answer as Readonly<Record<string, unknown>>)[field] ?? ''}`;
}

function line(name: string, value: string): string {
  return value === '' ? '' : `${name}: ${value.replaceAll(LINE_END, ' ')}\n`;
}

function textOf(json: Uint8Array): string {
  return Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString();
}
