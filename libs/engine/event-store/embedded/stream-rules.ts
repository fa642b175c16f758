/**
 * The rules in a stream's metadata that decide which of its events are visible. As in EventStoreDB, the metadata of a
 * stream is the newest event of the stream `$$name`, so it is written, read and stored like any event.
 */
export interface StreamRules {
  /** `$maxCount`: only this many of the newest events are visible. */
  readonly maxCount?: bigint;
  /** `$maxAge`, in milliseconds: older events are hidden. */
  readonly maxAgeMs?: number;
  /** `$tb`: events below this revision are hidden. */
  readonly truncateBefore?: bigint;
}

const METADATA_PREFIX = '$$';

/** The type of the events of a metadata stream. */
export const METADATA_TYPE = '$metadata';

/** `$tb` of a stream that is deleted until the next append, as EventStoreDB writes it. */
const SOFT_DELETED = 2n ** 63n - 1n;

/** The metadata of a deleted stream. As text, because no JavaScript number represents 2^63-1. */
export const SOFT_DELETED_METADATA = `{"$tb":${SOFT_DELETED}}`;

/** Only the newest metadata has an effect, so older metadata is hidden. */
const METADATA_RULES: StreamRules = { maxCount: 1n };
const NO_RULES: StreamRules = {};

/** The name of the metadata stream of a stream. */
export function metadataStreamOf(stream: string): string {
  return METADATA_PREFIX + stream;
}

/** The stream that a metadata stream describes; undefined when it is not a metadata stream. */
export function streamDescribedBy(stream: string): string | undefined {
  return stream.startsWith(METADATA_PREFIX) && stream.length > METADATA_PREFIX.length
    ? stream.slice(METADATA_PREFIX.length)
    : undefined;
}

/**
 * The rules of a stream.
 *
 * @param metadata the newest metadata event's data; undefined when there is none
 */
export function rulesOf(stream: string, metadata: Buffer | undefined): StreamRules {
  if (streamDescribedBy(stream) !== undefined) return METADATA_RULES;
  return metadata === undefined ? NO_RULES : parseRules(metadata);
}

/** Reads metadata. As in EventStoreDB, one of its own fields with a wrong type makes all of it invalid. */
function parseRules(metadata: Buffer): StreamRules {
  const text = metadata.toString();
  const fields = parseMetadata(text);
  const integers = fields && integersOf(fields, text);
  if (integers === undefined || !isFlag(fields?.$tmp) || !isAcl(fields?.$acl)) return NO_RULES;
  const { $maxCount = 0n, $maxAge = 0n, $tb = -1n } = integers;
  return {
    ...($maxCount > 0n && { maxCount: $maxCount }),
    ...($maxAge > 0n && { maxAgeMs: Number($maxAge) * 1000 }),
    ...($tb >= 0n && { truncateBefore: $tb }),
  };
}

const INTEGER_FIELDS = ['$maxCount', '$maxAge', '$tb', '$cacheControl'] as const;
const MAX_INT64 = 2n ** 63n - 1n;

/** The longest time span of .NET: metadata with a longer one is invalid. */
const MAX_SECONDS = 922_337_203_685n;
const LARGEST = { $maxCount: MAX_INT64, $maxAge: MAX_SECONDS, $tb: MAX_INT64, $cacheControl: MAX_SECONDS } as const;

type Integers = { readonly [name in (typeof INTEGER_FIELDS)[number]]?: bigint };

/** The integer fields; undefined: one is not an integer. Parsed from text: JavaScript's numbers end below 2^63. */
function integersOf(fields: Readonly<Record<string, unknown>>, text: string): Integers | undefined {
  const exact = parseMetadata(text.replace(STRING_OR_NUMBER, (_, string, number) => string ?? `"${number}"`)) ?? {};
  const integers: { [name: string]: bigint } = {};
  for (const name of INTEGER_FIELDS) {
    if (fields[name] === undefined) continue;
    if (typeof fields[name] !== 'number' || !/^-?\d{1,19}$/.test(`${exact[name]}`)) return undefined;
    const integer = BigInt(`${exact[name]}`);
    if (integer > LARGEST[name] || integer < -MAX_INT64 - 1n) return undefined;
    integers[name] = integer;
  }
  return integers;
}

const STRING_OR_NUMBER = /("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)/g;

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean';
}

const ACL_FIELDS = new Set(['$r', '$w', '$d', '$mr', '$mw']);

function isAcl(value: unknown): boolean {
  if (value === undefined) return true;
  return isObject(value) && Object.entries(value).every(([name, roles]) => ACL_FIELDS.has(name) && areRoles(roles));
}

/** Whether a value is one role or a list of roles. */
function areRoles(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((role) => typeof role === 'string'));
}

/** Parses a JSON object; undefined: it is another value, or not JSON. */
function parseMetadata(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the stream is deleted until the next append. */
export function isSoftDeleted({ truncateBefore = 0n }: StreamRules): boolean {
  return truncateBefore === SOFT_DELETED;
}

/**
 * The metadata of a stream that is recreated after its deletion: as before, but the old events stay hidden. Undefined:
 * it is not a JSON object, and does not change.
 */
export function revivedMetadata(metadata: Buffer, firstRevision: bigint): string | undefined {
  const fields = parseMetadata(metadata.toString());
  return fields && JSON.stringify({ ...fields, $tb: Number(firstRevision) });
}

/**
 * The first visible revision; above `last` when none is visible.
 *
 * @param last the stream's last revision
 * @param now in milliseconds since 1970
 * @param recordedAt when an event was recorded, in milliseconds since 1970; ascends with the revision
 */
export function firstVisibleRevision(
  { maxCount, maxAgeMs, truncateBefore = 0n }: StreamRules,
  last: bigint,
  now: number,
  recordedAt: (revision: bigint) => number,
): bigint {
  const counted = maxCount === undefined ? 0n : last - maxCount + 1n;
  let first = truncateBefore;
  if (counted > first) first = counted;
  if (maxAgeMs === undefined) return first;
  let after = last + 1n;
  while (first < after) {
    const middle = (first + after) / 2n;
    if (recordedAt(middle) < now - maxAgeMs) first = middle + 1n;
    else after = middle;
  }
  return first;
}
