import type { StreamingCall } from '../../core/call.js';
import type { EventFields } from '../../core/contract.js';
import { errorBody } from '../../errors/error-body.js';
import { encoderOf } from '../../json/encode.js';
import type { StreamWire } from '../streaming/stream-wire.js';
import { type Codec, codecsOf } from '../wire/codec.js';

/** The media type of server-sent events (WHATWG HTML, "Server-sent events"). */
export const EVENT_STREAM = 'text/event-stream';

/** A comment, which clients skip. */
const HEARTBEAT = Buffer.from(':\n\n');

/** Characters that would end the line of a field. */
const LINE_END = /[\r\n\0]/g;

/**
 * Writes a stream of answers as server-sent events: each answer is one event with JSON as data. An error
 * is an event of the type `error` with the error's JSON. A stream without an error ends when it is complete, or when
 * the server stops: browsers then reconnect.
 *
 * @param fields the fields of an answer that become the id and the type of its event
 */
export function eventStreamWire({ id, event, retryMs }: EventFields): StreamWire {
  return {
    protocol: 'rest',
    codec: 'json',
    // Tells proxies not to buffer the answer, which would delay events.
    headers: { 'content-type': EVENT_STREAM, 'x-accel-buffering': 'no' },
    heartbeat: HEARTBEAT,
    ...(retryMs !== undefined && { opening: Buffer.from(`retry: ${retryMs}\n\n`) }),
    frames: (chunks) => chunks,
    message: (json, answer) =>
      Buffer.from(
        `${line('id', fieldText(answer, id))}${line('event', fieldText(answer, event))}data: ${textOf(json)}\n\n`,
      ),
    end: (error) => (error === undefined ? {} : { body: Buffer.from(`event: error\ndata: ${errorBody(error)}\n\n`) }),
  };
}

/** Encodes what becomes the data of the server-sent events of a call. */
export function eventStreamEncoder(call: StreamingCall): Codec['encode'] {
  const { data } = call.events;
  const whole = codecsOf(call).json.encode;
  if (data === undefined) return whole;
  const field = call.method.output.field[data];
  if (field?.fieldKind !== 'message') throw new Error(`the data of the events of ${call.method} must be a message`);
  const part = encoderOf(field.message);
  return (answer) => {
    const value = (answer as Readonly<Record<string, unknown>>)[data];
    return value === undefined ? whole(answer) : Buffer.from(part(value as Record<string, unknown>));
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
