import { isKeptName, isStreamName } from '#libs/engine/event-store/embedded/limits.js';
import { metadataStreamOf } from '#libs/engine/event-store/embedded/stream-rules.js';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import type { FilterDefinition } from '../filters/event-matcher.js';
import { ALL } from '../system-streams.js';
import type { ConsumerGroupSettings } from './consumer-group-types.js';
import { groupFailed } from './group-errors.js';

/** The source of a group's events. */
export type GroupSource =
  | { readonly kind: 'stream'; readonly stream: string }
  | { readonly kind: 'all'; readonly filter: FilterDefinition | undefined };

/** All settings of a persistent subscription. */
export interface SubscriptionSettings extends ConsumerGroupSettings {
  readonly resolveLinks: boolean;
  /** 0: unlimited. */
  readonly maxSubscriberCount: number;
  /** Maximum number of events read from the log at a time. */
  readonly readBatchSize: number;
}

/** Where a new group starts; a bigint is the revision or position of its first event. */
export type GroupStart = 'start' | 'end' | bigint;

/** A group as a Create or Update request defines it. */
export interface GroupDefinition {
  readonly source: GroupSource;
  readonly group: string;
  readonly startFrom: GroupStart;
  readonly settings: SubscriptionSettings;
}

/** A group as it is stored. */
export interface GroupRecord {
  readonly definition: GroupDefinition;
  /** The position before the group's first event; -1 when it starts at the beginning. */
  readonly origin: bigint;
  /** Everything up to this position is settled; undefined before the first checkpoint. */
  readonly checkpoint: bigint | undefined;
}

/** The stream name, or `$all`. */
export function sourceName(source: GroupSource): string {
  return source.kind === 'all' ? ALL : source.stream;
}

/** The key under which a group is stored, also the subscription id that is sent to subscribers. */
export function groupId(source: string, group: string): string {
  return `${source}::${group}`;
}

/** The name of the stream of parked messages, as in EventStoreDB. */
export function parkedStreamOf({ source, group }: GroupDefinition): string {
  return `$persistentsubscription-${groupId(sourceName(source), group)}-parked`;
}

/**
 * Checks what EventStoreDB checks when a group is created or updated.
 *
 * @param head position of the last event in the log
 * @throws GatewayError a name is missing or too long, a setting is out of range, or the start is behind the end of the
 *   log
 */
export function assertValidDefinition(definition: GroupDefinition, head: bigint): void {
  const reason = invalidReason(definition, head);
  if (reason !== undefined) throw groupFailed(sourceName(definition.source), definition.group, reason);
}

function invalidReason(definition: GroupDefinition, head: bigint): string | undefined {
  const { group, source, startFrom, settings } = definition;
  if (group === '') return 'the group name is empty';
  if (source.kind === 'stream' && (!isStreamName(source.stream) || source.stream === ALL)) {
    return 'the source must be a valid stream name, or $all';
  }
  if (!isKeptName(metadataStreamOf(parkedStreamOf(definition)))) {
    return 'the stream name and the group name together are too long for the name of the parked stream';
  }
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(value >= 0)) return `${name} must be 0 or more (got ${value})`;
  }
  const { readBatchSize, historyBufferSize } = settings;
  if (readBatchSize >= historyBufferSize) {
    return `readBatchSize must be below historyBufferSize (got ${readBatchSize} and ${historyBufferSize})`;
  }
  return typeof startFrom === 'bigint' ? invalidStartReason(source, startFrom, head) : undefined;
}

/** Position 0 is valid even for an empty log: clients send it for the start. */
function invalidStartReason({ kind }: GroupSource, startFrom: bigint, head: bigint): string | undefined {
  if (kind === 'stream') {
    return startFrom > MAX_INT64 ? `the start revision must be at most ${MAX_INT64} (got ${startFrom})` : undefined;
  }
  return startFrom > 0n && startFrom > head
    ? `the start position must not be greater than that of the last event (got ${startFrom}, the last event is at ${head})`
    : undefined;
}

const LAYOUT_VERSION = 1;

/** Encodes a group for the store, as JSON: a new setting becomes a new member. */
export function encodeGroup({ definition, origin, checkpoint }: GroupRecord): Buffer {
  const { startFrom } = definition;
  const kept: StoredGroup = {
    version: LAYOUT_VERSION,
    ...definition,
    startFrom: String(startFrom),
    origin: String(origin),
    ...(checkpoint !== undefined && { checkpoint: String(checkpoint) }),
  };
  return Buffer.from(JSON.stringify(kept));
}

interface StoredGroup extends Omit<GroupDefinition, 'startFrom'> {
  readonly version: number;
  readonly startFrom: string;
  readonly origin: string;
  readonly checkpoint?: string;
}

/**
 * Decodes a stored group.
 *
 * @throws Error the group was written by a newer version, or is damaged
 */
export function decodeGroup(name: string, value: Buffer): GroupRecord {
  const { version, startFrom, origin, checkpoint, source, group, settings } = JSON.parse(
    value.toString(),
  ) as StoredGroup;
  if (version !== LAYOUT_VERSION) {
    throw new Error(
      `the persistent subscription ${name} has layout version ${version}, this program reads ${LAYOUT_VERSION}: use a newer version`,
    );
  }
  const start = startFrom === 'start' || startFrom === 'end' ? startFrom : BigInt(startFrom);
  return {
    definition: { source, group, settings, startFrom: start },
    origin: BigInt(origin),
    checkpoint: checkpoint === undefined ? undefined : BigInt(checkpoint),
  };
}
