/**
 * What a stream's metadata says about which of its events are there for readers. As in EventStoreDB the metadata of a
 * stream is the newest event of the stream `$$name`, so it is written, read and kept like any event.
 */
export interface StreamRules {
  /** `$maxCount`: only so many of the newest events are there. */
  readonly maxCount?: bigint;
  /** `$maxAge`, in milliseconds: only events that are no older are there. */
  readonly maxAgeMs?: number;
  /** `$tb`: events below this revision are gone. */
  readonly truncateBefore?: bigint;
}

const METADATA_PREFIX = '$$';

/** The type of the events of a metadata stream. */
export const METADATA_TYPE = '$metadata';

/** `$tb` of a stream that is deleted but may come again, as EventStoreDB writes it. */
const SOFT_DELETED = 2n ** 63n - 1n;

/** The metadata of a stream that has just been deleted. (As text: no JavaScript number holds 2^63-1.) */
export const SOFT_DELETED_METADATA = `{"$tb":${SOFT_DELETED}}`;

/** Of metadata only the newest counts, so readers see no other. */
const METADATA_RULES: StreamRules = { maxCount: 1n };
const NO_RULES: StreamRules = {};

/** The name of the stream that holds a stream's metadata. */
export function metadataStreamOf(stream: string): string {
  return METADATA_PREFIX + stream;
}

/** The stream whose metadata a stream holds; undefined when it is no metadata stream. */
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

/** Reads metadata; what is not as it should be is passed over, as in EventStoreDB. */
function parseRules(metadata: Buffer): StreamRules {
  const { $maxCount, $maxAge, $tb } = parseMetadata(metadata);
  const maxCount = whole($maxCount);
  const maxAge = whole($maxAge);
  const truncateBefore = whole($tb);
  return {
    ...(maxCount !== undefined && maxCount > 0n && { maxCount }),
    ...(maxAge !== undefined && maxAge > 0n && { maxAgeMs: Number(maxAge) * 1000 }),
    ...(truncateBefore !== undefined && { truncateBefore }),
  };
}

function parseMetadata(metadata: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(metadata.toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function whole(value: unknown): bigint | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? BigInt(value) : undefined;
}

/** Whether the stream is deleted but may come again. */
export function isSoftDeleted({ truncateBefore = 0n }: StreamRules): boolean {
  return truncateBefore >= SOFT_DELETED;
}

/** The metadata of a stream that comes again after it was deleted: as it was, but the old events stay away. */
export function revivedMetadata(metadata: Buffer | undefined, firstRevision: bigint): string {
  return JSON.stringify({ ...(metadata && parseMetadata(metadata)), $tb: Number(firstRevision) });
}

/**
 * The first revision that readers see; above `last` when they see none.
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
