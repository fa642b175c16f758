import { isKeptName, isStreamName } from '#libs/engine/event-store/embedded/limits.js';
import { metadataStreamOf } from '#libs/engine/event-store/embedded/stream-rules.js';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import type { FilterDefinition } from '../filters/event-matcher.js';
import { ALL } from '../system-streams.js';
import type { GroupRules } from './consumer-messages.js';
import { groupFailed } from './group-errors.js';

/** Where a group's events come from. */
export type GroupSource =
  | { readonly kind: 'stream'; readonly stream: string }
  | { readonly kind: 'all'; readonly filter: FilterDefinition | undefined };

/** A group's settings, as EventStoreDB's clients choose them. */
export interface GroupSettings extends GroupRules {
  readonly resolveLinks: boolean;
  /** 0: as many as come. */
  readonly maxSubscriberCount: number;
  /** Events read from the log at once. */
  readonly readBatchSize: number;
}

/** Where a group begins: a bigint is the revision or position of its first event. */
export type GroupStart = 'start' | 'end' | bigint;

/** A group as it was created or updated. */
export interface GroupDefinition {
  readonly source: GroupSource;
  readonly group: string;
  readonly startFrom: GroupStart;
  readonly settings: GroupSettings;
}

/** A group as it is kept. */
export interface GroupRecord {
  readonly definition: GroupDefinition;
  /** The place before the group's first event. */
  readonly origin: bigint;
  /** Everything up to this place is settled; undefined: no checkpoint has been written yet. */
  readonly checkpoint: bigint | undefined;
}

/** The stream's name, or `$all`. */
export function sourceName(source: GroupSource): string {
  return source.kind === 'all' ? ALL : source.stream;
}

/** By which a group is kept, and what its subscriptions are called. */
export function groupId(source: string, group: string): string {
  return `${source}::${group}`;
}

/** The stream of links to the messages that a group has parked, as EventStoreDB names it. */
export function parkedStreamOf({ source, group }: GroupDefinition): string {
  return `$persistentsubscription-${groupId(sourceName(source), group)}-parked`;
}

/**
 * Refuses what cannot be a group, as EventStoreDB does.
 *
 * @param head the last position of the log
 * @throws GatewayError a name is too long or missing, a number is out of its range, or the group begins where nothing is
 */
export function checkDefinition(definition: GroupDefinition, head: bigint): void {
  const reason = impossibilityOf(definition, head);
  if (reason !== undefined) throw groupFailed(sourceName(definition.source), definition.group, reason);
}

function impossibilityOf(definition: GroupDefinition, head: bigint): string | undefined {
  const { group, source, startFrom, settings } = definition;
  if (group === '') return 'the group has no name';
  if (source.kind === 'stream' && (!isStreamName(source.stream) || source.stream === ALL)) {
    return 'the group needs the name of a stream, or $all';
  }
  if (!isKeptName(metadataStreamOf(parkedStreamOf(definition)))) {
    return 'the names of the stream and the group are too long together for a stream of parked messages';
  }
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(value >= 0)) return `${name} must be 0 or more (got ${value})`;
  }
  const { readBatchSize, historyBufferSize } = settings;
  if (readBatchSize >= historyBufferSize) {
    return `readBatchSize must be below historyBufferSize (got ${readBatchSize} and ${historyBufferSize})`;
  }
  return typeof startFrom === 'bigint' ? startImpossibilityOf(source, startFrom, head) : undefined;
}

/** Position 0 is there before anything is: clients send it for the start. */
function startImpossibilityOf({ kind }: GroupSource, startFrom: bigint, head: bigint): string | undefined {
  if (kind === 'stream') {
    return startFrom > MAX_INT64 ? `the first revision must be ${MAX_INT64} or less (got ${startFrom})` : undefined;
  }
  return startFrom > 0n && startFrom > head
    ? `the first position must be no further than the last event (got ${startFrom}, the last one is at ${head})`
    : undefined;
}

const LAYOUT_VERSION = 1;

/** A record as the bytes that are kept: JSON, so that a new setting is a new member. */
export function encodeGroup({ definition, origin, checkpoint }: GroupRecord): Buffer {
  const { startFrom } = definition;
  const kept: Kept = {
    version: LAYOUT_VERSION,
    ...definition,
    startFrom: String(startFrom),
    origin: String(origin),
    ...(checkpoint !== undefined && { checkpoint: String(checkpoint) }),
  };
  return Buffer.from(JSON.stringify(kept));
}

interface Kept extends Omit<GroupDefinition, 'startFrom'> {
  readonly version: number;
  readonly startFrom: string;
  readonly origin: string;
  readonly checkpoint?: string;
}

/** @throws Error it was written by a newer program, or is damaged */
export function decodeGroup(name: string, value: Buffer): GroupRecord {
  const { version, startFrom, origin, checkpoint, source, group, settings } = JSON.parse(value.toString()) as Kept;
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
