import type { GatewayContext } from '../gateway-context.js';
import { type GatewayError, shuttingDown } from '../grpc-errors.js';
import {
  assertValidDefinition,
  decodeGroup,
  encodeGroup,
  type GroupDefinition,
  type GroupRecord,
  groupId,
  parkedStreamOf,
  sourceName,
} from './group-definition.js';
import { groupDoesNotExist, groupExists, subscriptionDropped, tooManyGroups } from './group-errors.js';
import type { GroupHost, HostedGroup } from './group-host.js';
import { groupReader } from './group-reader.js';
import { GroupStore } from './group-store.js';
import { GroupTicks } from './group-ticks.js';
import { ParkedStream } from './parked-stream.js';
import { RunningGroup } from './running-group.js';

/** A group without subscribers takes a few KiB of memory, and a List of all groups reports each of them. */
export const MAX_GROUPS = 1_000;

/** Number of streams without groups of which it is known that they had one. */
const MAX_STREAMS_WITHOUT_GROUPS = 1_000;

/**
 * All persistent subscriptions of one log. A group without subscribers neither reads nor follows its source, and has no
 * timer.
 */
export class PersistentSubscriptions {
  readonly #groups = new Map<string, RunningGroup>();
  readonly #ticks = new GroupTicks<HostedGroup>();
  /** Streams whose last group was deleted, oldest first. */
  readonly #streamsWithoutGroups = new Set<string>();
  readonly #store: GroupStore;
  readonly #host: GroupHost;
  /** Resolves when the last create, update, delete or restart has ended; they run one after another. */
  #lastChange: Promise<unknown> = Promise.resolve();

  private constructor(private readonly context: GatewayContext) {
    this.#store = new GroupStore(context.log, context.logger);
    this.#host = {
      context,
      now: Date.now,
      checkpoint: (group) => {
        const { record } = group.progress;
        const written = () => group.progress.written(record.checkpoint);
        this.#store.writeCheckpointLater(idOf(group.definition), encodeGroup(record), written);
      },
      setNeedsTick: (group, needed) => this.#ticks.set(group, needed),
    };
  }

  /**
   * Loads and starts the stored groups.
   *
   * @throws Error a stored group cannot be decoded
   */
  static async open(context: GatewayContext): Promise<PersistentSubscriptions> {
    const subscriptions = new PersistentSubscriptions(context);
    await subscriptions.#load();
    return subscriptions;
  }

  /** Every group, in order of creation. */
  get groups(): Iterable<RunningGroup> {
    return this.#groups.values();
  }

  /**
   * The groups of a stream or of `$all`; empty if its last group was deleted.
   *
   * @throws GatewayError the source never had a group
   */
  groupsOf(source: string): readonly RunningGroup[] {
    const groups = this.#groupsOf(source);
    if (groups.length === 0 && !this.#streamsWithoutGroups.has(source)) throw groupDoesNotExist(source, '');
    return groups;
  }

  /** @throws GatewayError the group does not exist */
  group(source: string, group: string): RunningGroup {
    const found = this.#groups.get(groupId(source, group));
    if (found === undefined) throw groupDoesNotExist(source, group);
    return found;
  }

  /**
   * Creates a group.
   *
   * @throws GatewayError the definition is not valid, or the group exists
   * @throws EventStoreUnavailableError it cannot be stored
   */
  create(definition: GroupDefinition): Promise<void> {
    return this.#serialize(async () => {
      assertValidDefinition(definition, this.context.log.head);
      const source = sourceName(definition.source);
      if (this.#groups.has(groupId(source, definition.group))) throw groupExists(source, definition.group);
      if (this.#groups.size >= MAX_GROUPS) throw tooManyGroups(source, definition.group, MAX_GROUPS);
      const origin = await groupReader(this.context, definition.source).originOf(definition.startFrom);
      await this.#writeAndStart({ definition, origin, checkpoint: undefined });
    });
  }

  /**
   * Updates a group and drops its subscribers, as EventStoreDB does. The group continues after its checkpoint; without
   * a checkpoint it starts where the new settings say. The filter of a group on $all does not change.
   *
   * @throws GatewayError the group does not exist, or the definition is not valid
   * @throws EventStoreUnavailableError it cannot be stored
   */
  update(changed: GroupDefinition): Promise<void> {
    return this.#serialize(async () => {
      const running = this.group(sourceName(changed.source), changed.group);
      const definition = { ...changed, source: running.definition.source };
      assertValidDefinition(definition, this.context.log.head);
      await running.drainParking();
      running.advanceProgress();
      const newOrigin = await running.feed.reader.originOf(definition.startFrom);
      this.#stop(running);
      const { checkpoint, origin } = running.progress.record;
      const record = { definition, checkpoint, origin: checkpoint === undefined ? newOrigin : origin };
      const updated = this.#start(record);
      await this.#store.write(idOf(definition), encodeGroup(record)).catch((error: unknown) => {
        this.#stop(updated);
        this.#start(running.progress.record);
        throw error;
      });
    });
  }

  /**
   * Deletes a group and its parked messages.
   *
   * @throws GatewayError the group does not exist
   * @throws EventStoreUnavailableError it cannot be deleted
   */
  delete(source: string, group: string): Promise<void> {
    return this.#serialize(async () => {
      const running = this.group(source, group);
      this.#stop(running);
      try {
        await running.drainParking();
        await running.parkedStream.delete();
        await this.#store.write(idOf(running.definition), undefined);
      } catch (error) {
        this.#start(running.progress.record);
        throw error;
      }
      if (this.#groupsOf(source).length === 0) this.#rememberWithoutGroups(source);
    });
  }

  /**
   * Stops all groups and starts them again from the store.
   *
   * @throws EventStoreUnavailableError the store cannot be read
   */
  restart(): Promise<void> {
    return this.#serialize(async () => {
      await this.#stopAll(droppedFrom);
      await this.#load();
    });
  }

  /** Stops all groups, writes their checkpoints, and ends their subscriptions with UNAVAILABLE. */
  async close(): Promise<void> {
    await this.#serialize(async () => {
      await this.#stopAll(shuttingDown);
      this.#ticks.stop();
    });
  }

  /** Stops a group. It writes no checkpoint any more; the caller stores its progress. */
  #stop(group: RunningGroup): void {
    group.stop(droppedFrom(group.definition));
    group.advanceProgress();
    this.#groups.delete(idOf(group.definition));
  }

  async #stopAll(error: (definition: GroupDefinition) => GatewayError): Promise<void> {
    await Promise.all(Array.from(this.#groups.values(), (group) => group.drainParking()));
    for (const group of this.#groups.values()) {
      group.stop(error(group.definition));
      if (group.advanceProgress()) this.#host.checkpoint(group);
    }
    this.#groups.clear();
    await this.#store.flush();
  }

  #groupsOf(source: string): readonly RunningGroup[] {
    return [...this.#groups.values()].filter(({ definition }) => sourceName(definition.source) === source);
  }

  #rememberWithoutGroups(source: string): void {
    this.#streamsWithoutGroups.delete(source);
    this.#streamsWithoutGroups.add(source);
    const [oldest] = this.#streamsWithoutGroups;
    if (this.#streamsWithoutGroups.size > MAX_STREAMS_WITHOUT_GROUPS && oldest !== undefined)
      this.#streamsWithoutGroups.delete(oldest);
  }

  async #load(): Promise<void> {
    this.#streamsWithoutGroups.clear();
    for (const { name, value } of await this.context.log.persistentSubscriptions())
      this.#start(decodeGroup(name, value));
  }

  async #writeAndStart(record: GroupRecord): Promise<void> {
    await this.#store.write(idOf(record.definition), encodeGroup(record));
    this.#start(record);
  }

  #start(record: GroupRecord): RunningGroup {
    const parked = new ParkedStream(this.context.log, parkedStreamOf(record.definition));
    const group = new RunningGroup(this.#host, record, parked);
    this.#groups.set(idOf(record.definition), group);
    return group;
  }

  #serialize<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#lastChange.then(change);
    this.#lastChange = done.catch(() => undefined);
    return done;
  }
}

function idOf({ source, group }: GroupDefinition): string {
  return groupId(sourceName(source), group);
}

function droppedFrom({ source, group }: GroupDefinition): GatewayError {
  return subscriptionDropped(sourceName(source), group);
}
