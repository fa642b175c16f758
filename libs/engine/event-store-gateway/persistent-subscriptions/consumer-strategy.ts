import { unreachable } from '#libs/engine/kernel/unreachable.js';

/** How a consumer group selects the subscriber of a message, by EventStoreDB's names. */
export type ConsumerStrategyName = 'RoundRobin' | 'DispatchToSingle' | 'Pinned' | 'PinnedByCorrelation';

/** All consumer strategies. */
export const CONSUMER_STRATEGIES: readonly ConsumerStrategyName[] = [
  'RoundRobin',
  'DispatchToSingle',
  'Pinned',
  'PinnedByCorrelation',
];

/** What a consumer strategy needs to know of a message. */
export interface PinnableMessage {
  /** Messages with the same key go to the same subscriber: a stream name, or a correlation id. */
  readonly pinningKey: string;
}

/** What a consumer strategy needs to know of a subscriber. */
export interface Candidate<M> {
  hasRoomFor(message: M): boolean;
}

/**
 * Selects subscribers for messages. It is notified of joining and leaving subscribers, and of every delivery and its
 * end.
 */
export interface ConsumerStrategy<M extends PinnableMessage, C extends Candidate<M>> {
  joined(candidate: C): void;
  left(candidate: C): void;
  /** Selects the subscriber of a message; undefined if no eligible subscriber has a free slot. */
  choose(message: M): C | undefined;
  /** The message was delivered to the subscriber that {@link choose} returned. */
  delivered(message: M): void;
  /** The message is no longer in flight. */
  released(message: M): void;
}

/** Creates a consumer strategy without subscribers. */
export function consumerStrategy<M extends PinnableMessage, C extends Candidate<M>>(
  name: ConsumerStrategyName,
): ConsumerStrategy<M, C> {
  switch (name) {
    case 'RoundRobin':
      return new RoundRobin();
    case 'DispatchToSingle':
      return new DispatchToSingle();
    case 'Pinned':
    case 'PinnedByCorrelation':
      return new Pinned();
    default:
      return unreachable(name);
  }
}

/** Delivers to the first subscriber until it has no free slot, then to the next one. */
class DispatchToSingle<M extends PinnableMessage, C extends Candidate<M>> implements ConsumerStrategy<M, C> {
  protected candidates: C[] = [];

  joined(candidate: C): void {
    this.candidates.push(candidate);
  }

  left(candidate: C): void {
    this.candidates = this.candidates.filter((other) => other !== candidate);
  }

  choose(message: M): C | undefined {
    return this.candidates.find((candidate) => candidate.hasRoomFor(message));
  }

  delivered(_: M): void {}

  released(_: M): void {}
}

/** Delivers to the subscribers in turn and skips those without a free slot. */
class RoundRobin<M extends PinnableMessage, C extends Candidate<M>> extends DispatchToSingle<M, C> {
  #turn = 0;

  override choose(message: M): C | undefined {
    const { length } = this.candidates;
    for (let tried = 0; tried < length; tried += 1) {
      const turn = (this.#turn + tried) % length;
      const candidate = this.candidates[turn];
      if (candidate?.hasRoomFor(message)) {
        this.#turn = turn + 1;
        return candidate;
      }
    }
    return undefined;
  }
}

/** Pinning keys are hashed into 1,024 buckets, as in EventStoreDB; each bucket is assigned to one subscriber. */
const BUCKETS = 1024;

interface Bucket<C> {
  owner: C | undefined;
  /** In-flight messages of this bucket, all held by the owner. */
  delivered: number;
}

/**
 * Delivers all messages with one pinning key to the same subscriber while it is connected, even if it has no free slot
 * and others have. A subscriber that joins takes over only buckets without in-flight messages, so that no message
 * overtakes another one with the same key.
 */
class Pinned<M extends PinnableMessage, C extends Candidate<M>> implements ConsumerStrategy<M, C> {
  /** The buckets of all keys seen so far, by index. */
  readonly #buckets = new Map<number, Bucket<C>>();
  readonly #owned = new Map<C, number>();

  joined(candidate: C): void {
    this.#owned.set(candidate, 0);
    for (const bucket of this.#buckets.values()) if (bucket.delivered === 0) this.#assign(bucket, undefined);
  }

  left(candidate: C): void {
    for (const bucket of this.#buckets.values()) if (bucket.owner === candidate) this.#assign(bucket, undefined);
    this.#owned.delete(candidate);
  }

  choose(message: M): C | undefined {
    const bucket = this.#bucketOf(message);
    if (bucket.owner === undefined) this.#assign(bucket, this.#leastLoaded());
    return bucket.owner?.hasRoomFor(message) ? bucket.owner : undefined;
  }

  delivered(message: M): void {
    this.#bucketOf(message).delivered += 1;
  }

  released(message: M): void {
    this.#bucketOf(message).delivered -= 1;
  }

  #assign(bucket: Bucket<C>, owner: C | undefined): void {
    if (bucket.owner !== undefined) this.#owned.set(bucket.owner, (this.#owned.get(bucket.owner) ?? 0) - 1);
    if (owner !== undefined) this.#owned.set(owner, (this.#owned.get(owner) ?? 0) + 1);
    bucket.owner = owner;
  }

  #leastLoaded(): C | undefined {
    let least: C | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [candidate, owned] of this.#owned) {
      if (owned >= fewest) continue;
      least = candidate;
      fewest = owned;
    }
    return least;
  }

  #bucketOf({ pinningKey }: M): Bucket<C> {
    const index = hash(pinningKey) % BUCKETS;
    const bucket = this.#buckets.get(index) ?? { owner: undefined, delivered: 0 };
    this.#buckets.set(index, bucket);
    return bucket;
  }
}

/** The 32-bit FNV-1a hash. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
