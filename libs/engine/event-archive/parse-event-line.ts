import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { anything, flag, object, optional, type Shape, text } from '#libs/engine/kernel/shape.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ArchiveError } from './archive.errors.js';
import { jsonMembers } from './json-members.js';

const NUMBER = /^(0|[1-9]\d{0,18})$/;

const number: Shape<string> = {
  fault: (value, path) =>
    typeof value === 'string' && NUMBER.test(value) ? undefined : `${path} must be a whole number in a string`,
  schema: { type: 'string', pattern: NUMBER.source },
};
const base64: Shape<string> = {
  fault: (value, path) =>
    typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value
      ? undefined
      : `${path} must be bytes in base64`,
  schema: { type: 'string', contentEncoding: 'base64' },
};
const time: Shape<string> = {
  fault: (value, path) =>
    typeof value === 'string' && toMilliseconds(value) !== undefined
      ? undefined
      : `${path} must be a time such as 2024-04-10T04:31:16.326Z`,
  schema: { type: 'string', format: 'date-time' },
};

const lineShape = object({
  stream: text,
  revision: number,
  id: text,
  type: text,
  time,
  position: number,
  json: optional(flag),
  data: optional(anything),
  dataBase64: optional(base64),
  metadata: optional(anything),
  metadataBase64: optional(base64),
});

/**
 * Reads a line of an archive.
 *
 * @param line the bytes of the line, without its end
 * @throws ArchiveError it is not the line of an event; the message says why
 */
export function parseEventLine(line: Buffer): RecordedBytes {
  const fields = parsed(line);
  const fault = lineShape.fault(fields, 'the event');
  if (fault !== undefined) throw new ArchiveError(fault);
  const { stream, revision, id, type, time: recorded, position, json = true } = fields;
  const members = jsonMembers(line);
  const bytes = (name: 'data' | 'metadata') => {
    const encoded = fields[`${name}Base64`];
    if (encoded === undefined) return members.get(name) ?? NOTHING;
    if (members.has(name)) throw new ArchiveError(`the event has both ${name} and ${name}Base64`);
    return Buffer.from(encoded, 'base64');
  };
  return {
    id,
    stream,
    revision: BigInt(revision),
    position: BigInt(position),
    type,
    isJson: json,
    data: bytes('data'),
    metadata: bytes('metadata'),
    recordedAt: toMilliseconds(recorded) ?? 0,
  };
}

const NOTHING = Buffer.alloc(0);

/** The line as an object; its shape is checked afterwards. */
function parsed(line: Buffer): NonNullable<(typeof lineShape)['type']> {
  try {
    return JSON.parse(line.toString());
  } catch (cause) {
    throw new ArchiveError(`it is not JSON (${messageOf(cause)})`, { cause });
  }
}

/** Undefined: it is not a time as `Date.prototype.toISOString` writes it, or lies before 1970. */
function toMilliseconds(written: string): number | undefined {
  const at = Date.parse(written);
  return at >= 0 && new Date(at).toISOString() === written ? at : undefined;
}
