import { unreachable } from '#libs/engine/kernel/unreachable.js';

/** How a group chooses who gets a message, named as EventStoreDB names it. */
export type ConsumerStrategyName = 'RoundRobin' | 'DispatchToSingle' | 'Pinned' | 'PinnedByCorrelation';

/** The consumer strategies by name. */
export const CONSUMER_STRATEGIES: readonly ConsumerStrategyName[] = [
  'RoundRobin',
  'DispatchToSingle',
  'Pinned',
  'PinnedByCorrelation',
];

/** A message as a strategy sees it. */
export interface Pinnable {
  /** Messages of one pin go to one subscriber: the name of a stream, or a correlation id. */
  readonly pin: string;
}

/** A subscriber as a strategy sees it. */
export interface Candidate<M> {
  hasRoomFor(message: M): boolean;
}

/** Chooses subscribers for messages. It is told who comes and goes, and what is with whom. */
export interface ConsumerStrategy<M extends Pinnable, C extends Candidate<M>> {
  joined(candidate: C): void;
  left(candidate: C): void;
  /** Who shall get the message; undefined: whoever it may be has no room. */
  choose(message: M): C | undefined;
  /** The message has gone to whom {@link choose} named. */
  delivered(message: M): void;
  /** The message is with nobody any more. */
  released(message: M): void;
}

/** A strategy at its beginning, without subscribers. */
export function consumerStrategy<M extends Pinnable, C extends Candidate<M>>(
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

/** The first subscriber, until it has no room; then the next. */
class DispatchToSingle<M extends Pinnable, C extends Candidate<M>> implements ConsumerStrategy<M, C> {
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

/** Each subscriber in turn; those without room are passed over. */
class RoundRobin<M extends Pinnable, C extends Candidate<M>> extends DispatchToSingle<M, C> {
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

/** Pins are hashed into so many buckets, as in EventStoreDB; each bucket belongs to one subscriber. */
const BUCKETS = 1024;

interface Bucket<C> {
  owner: C | undefined;
  /** Messages of this bucket that are with the owner. */
  delivered: number;
}

/**
 * Messages of one pin go to the same subscriber while it stays, even if it has no room and others have. Whoever joins
 * takes over buckets of which nothing is with anybody, so that no message overtakes another of its pin.
 */
class Pinned<M extends Pinnable, C extends Candidate<M>> implements ConsumerStrategy<M, C> {
  /** Those that a message has come for. */
  readonly #buckets = new Map<number, Bucket<C>>();
  readonly #owned = new Map<C, number>();

  joined(candidate: C): void {
    this.#owned.set(candidate, 0);
    for (const bucket of this.#buckets.values()) if (bucket.delivered === 0) this.#give(bucket, undefined);
  }

  left(candidate: C): void {
    for (const bucket of this.#buckets.values()) if (bucket.owner === candidate) this.#give(bucket, undefined);
    this.#owned.delete(candidate);
  }

  choose(message: M): C | undefined {
    const bucket = this.#bucketOf(message);
    if (bucket.owner === undefined) this.#give(bucket, this.#leastBurdened());
    return bucket.owner?.hasRoomFor(message) ? bucket.owner : undefined;
  }

  delivered(message: M): void {
    this.#bucketOf(message).delivered += 1;
  }

  released(message: M): void {
    this.#bucketOf(message).delivered -= 1;
  }

  #give(bucket: Bucket<C>, owner: C | undefined): void {
    if (bucket.owner !== undefined) this.#owned.set(bucket.owner, (this.#owned.get(bucket.owner) ?? 0) - 1);
    if (owner !== undefined) this.#owned.set(owner, (this.#owned.get(owner) ?? 0) + 1);
    bucket.owner = owner;
  }

  #leastBurdened(): C | undefined {
    let least: C | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [candidate, owned] of this.#owned) {
      if (owned >= fewest) continue;
      least = candidate;
      fewest = owned;
    }
    return least;
  }

  #bucketOf({ pin }: M): Bucket<C> {
    const index = hash(pin) % BUCKETS;
    const bucket = this.#buckets.get(index) ?? { owner: undefined, delivered: 0 };
    this.#buckets.set(index, bucket);
    return bucket;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
