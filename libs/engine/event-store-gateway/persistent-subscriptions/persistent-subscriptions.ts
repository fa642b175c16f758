import type { GatewayContext } from '../gateway-context.js';
import { type GatewayError, shuttingDown } from '../grpc-errors.js';
import {
  checkDefinition,
  decodeGroup,
  encodeGroup,
  type GroupDefinition,
  type GroupRecord,
  groupId,
  parkedStreamOf,
  sourceName,
} from './group-definition.js';
import { groupDoesNotExist, groupExists, subscriptionDropped, tooManyGroups } from './group-errors.js';
import { GroupKeeper } from './group-keeper.js';
import { groupReader } from './group-reader.js';
import { ParkedMessages } from './parked-messages.js';
import { type GroupHost, RunningGroup } from './running-group.js';

/** How often those groups that wait for time are told that it passes: the precision of their checkpoints. */
const TICK_MS = 100;

/** A group takes a few KiB of memory while nobody subscribes to it, and a list of all groups tells of each. */
export const MAX_GROUPS = 1_000;

/** So many streams without groups are known to have had some. */
const MAX_EMPTIED = 1_000;

/**
 * All groups of persistent subscriptions over one log. A group without subscribers is a record and a few empty
 * collections: it neither reads, nor listens, nor has a timer of its own.
 */
export class PersistentSubscriptions {
  readonly #groups = new Map<string, RunningGroup>();
  readonly #waiting = new Set<RunningGroup>();
  /** Streams whose last group was deleted, the latest last. */
  readonly #emptied = new Set<string>();
  readonly #keeper: GroupKeeper;
  readonly #host: GroupHost;
  readonly #timer: NodeJS.Timeout;
  /** Groups are created, changed and deleted one after the other. */
  #managing: Promise<unknown> = Promise.resolve();

  private constructor(private readonly context: GatewayContext) {
    this.#keeper = new GroupKeeper(context.log, context.logger);
    this.#host = {
      context,
      now: Date.now,
      checkpoint: (group) => {
        const { record } = group.progress;
        const written = () => group.progress.written(record.checkpoint);
        this.#keeper.checkpoint(idOf(group.definition), encodeGroup(record), written);
      },
      waitsForTime: (group, waits) => {
        if (waits) this.#waiting.add(group);
        else this.#waiting.delete(group);
      },
    };
    this.#timer = setInterval(() => {
      for (const group of this.#waiting) group.tick();
    }, TICK_MS).unref();
  }

  /** Starts the groups that the log keeps. @throws Error one of them cannot be understood: the message says why */
  static async open(context: GatewayContext): Promise<PersistentSubscriptions> {
    const subscriptions = new PersistentSubscriptions(context);
    await subscriptions.#load();
    return subscriptions;
  }

  /** Every group, in the order of their creation. */
  get groups(): Iterable<RunningGroup> {
    return this.#groups.values();
  }

  /**
   * Those of a stream, or of `$all`; none if the last one was deleted.
   *
   * @throws GatewayError there never was one
   */
  groupsOf(source: string): readonly RunningGroup[] {
    const groups = this.#groupsOf(source);
    if (groups.length === 0 && !this.#emptied.has(source)) throw groupDoesNotExist(source, '');
    return groups;
  }

  /** @throws GatewayError there is no such group */
  group(source: string, group: string): RunningGroup {
    const found = this.#groups.get(groupId(source, group));
    if (found === undefined) throw groupDoesNotExist(source, group);
    return found;
  }

  /** @throws GatewayError it or its filter cannot be, or it exists; EventStoreUnavailableError it cannot be kept */
  create(definition: GroupDefinition): Promise<void> {
    return this.#manage(async () => {
      checkDefinition(definition, this.context.log.head);
      const source = sourceName(definition.source);
      if (this.#groups.has(groupId(source, definition.group))) throw groupExists(source, definition.group);
      if (this.#groups.size >= MAX_GROUPS) throw tooManyGroups(source, definition.group, MAX_GROUPS);
      const origin = await groupReader(this.context, definition.source).origin(definition.startFrom);
      await this.#keepAndRun({ definition, origin, checkpoint: undefined });
    });
  }

  /**
   * Changes a group; its subscribers are dropped, as in EventStoreDB. It goes on where it is, or begins anew where the
   * settings say if nothing was settled yet. The filter of a group of $all stays.
   *
   * @throws GatewayError there is no such group, or it cannot be; EventStoreUnavailableError it cannot be kept
   */
  update(changed: GroupDefinition): Promise<void> {
    return this.#manage(async () => {
      const running = this.group(sourceName(changed.source), changed.group);
      const definition = { ...changed, source: running.definition.source };
      checkDefinition(definition, this.context.log.head);
      await running.parkingDone();
      running.settle();
      const newOrigin = await running.feed.reader.origin(definition.startFrom);
      this.#end(running);
      const { checkpoint, origin } = running.progress.record;
      const record = { definition, checkpoint, origin: checkpoint === undefined ? newOrigin : origin };
      const updated = this.#run(record);
      await this.#keeper.keep(idOf(definition), encodeGroup(record)).catch((error: unknown) => {
        this.#end(updated);
        this.#run(running.progress.record);
        throw error;
      });
    });
  }

  /** @throws GatewayError there is no such group; EventStoreUnavailableError it cannot be forgotten */
  delete(source: string, group: string): Promise<void> {
    return this.#manage(async () => {
      const running = this.group(source, group);
      this.#end(running);
      try {
        await running.parkingDone();
        await running.parkedMessages.delete();
        await this.#keeper.keep(idOf(running.definition), undefined);
      } catch (error) {
        this.#run(running.progress.record);
        throw error;
      }
      if (this.#groupsOf(source).length === 0) this.#rememberEmptied(source);
    });
  }

  /** Ends all groups, and starts them again as they are kept. @throws EventStoreUnavailableError they cannot be read */
  restart(): Promise<void> {
    return this.#manage(async () => {
      await this.#stopAll(droppedFrom);
      await this.#load();
    });
  }

  /** Ends all groups and keeps how far they are. Their subscribers are told to come again. */
  async close(): Promise<void> {
    await this.#manage(async () => {
      clearInterval(this.#timer);
      await this.#stopAll(shuttingDown);
    });
  }

  /** From here on the group does nothing, so nothing of it is kept unless whoever ends it does so. */
  #end(group: RunningGroup): void {
    group.stop(droppedFrom(group.definition));
    group.settle();
    this.#groups.delete(idOf(group.definition));
  }

  async #stopAll(error: (definition: GroupDefinition) => GatewayError): Promise<void> {
    await Promise.all(Array.from(this.#groups.values(), (group) => group.parkingDone()));
    for (const group of this.#groups.values()) {
      group.stop(error(group.definition));
      if (group.settle()) this.#host.checkpoint(group);
    }
    this.#groups.clear();
    await this.#keeper.flush();
  }

  #groupsOf(source: string): readonly RunningGroup[] {
    return [...this.#groups.values()].filter(({ definition }) => sourceName(definition.source) === source);
  }

  #rememberEmptied(source: string): void {
    this.#emptied.delete(source);
    this.#emptied.add(source);
    const [oldest] = this.#emptied;
    if (this.#emptied.size > MAX_EMPTIED && oldest !== undefined) this.#emptied.delete(oldest);
  }

  async #load(): Promise<void> {
    this.#emptied.clear();
    for (const { name, value } of await this.context.log.groups()) this.#run(decodeGroup(name, value));
  }

  async #keepAndRun(record: GroupRecord): Promise<void> {
    await this.#keeper.keep(idOf(record.definition), encodeGroup(record));
    this.#run(record);
  }

  #run(record: GroupRecord): RunningGroup {
    const parked = new ParkedMessages(this.context.log, parkedStreamOf(record.definition));
    const group = new RunningGroup(this.#host, record, parked);
    this.#groups.set(idOf(record.definition), group);
    return group;
  }

  #manage<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#managing.then(change);
    this.#managing = done.catch(() => undefined);
    return done;
  }
}

function idOf({ source, group }: GroupDefinition): string {
  return groupId(sourceName(source), group);
}

function droppedFrom({ source, group }: GroupDefinition): GatewayError {
  return subscriptionDropped(sourceName(source), group);
}
