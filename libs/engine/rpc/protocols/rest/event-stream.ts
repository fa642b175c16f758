import type { EventFields } from '../../core/contract.js';
import { errorBody } from '../../errors/error-body.js';
import type { StreamWire } from '../streaming/stream-wire.js';

/** The media type of server-sent events (WHATWG HTML, "Server-sent events"). */
export const EVENT_STREAM = 'text/event-stream';

/** A comment, which clients skip. */
const HEARTBEAT = Buffer.from(':\n\n');

/** What would end a field's line. */
const LINE_END = /[\r\n\0]/g;

/**
 * A stream of answers as server-sent events: each is one event whose data is the answer as JSON. An error is an event of
 * the type `error` with the JSON of an error. A stream that the server ends without one is complete, or the server
 * stops: browsers connect again.
 *
 * @param fields which fields of an answer become the id and the type of its event
 */
export function eventStreamWire({ id, event }: EventFields): StreamWire {
  return {
    protocol: 'rest',
    codec: 'json',
    // A proxy that buffers the answer would hold events back.
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
