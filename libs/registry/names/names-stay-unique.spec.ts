import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventStore, StreamAppend } from '#libs/engine/event-store/port/event-store.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import { applicationDecider } from '#libs/registry/applications/application.decide.js';
import { type ApplicationEvent, applicationStream } from '#libs/registry/applications/application.events.js';
import { isLiveApplication } from '#libs/registry/applications/application.state.js';
import { applicationNames } from '#libs/registry/applications/application-names.js';
import { Applications } from '#libs/registry/applications/commands/support/applications.js';
import { features } from '#libs/registry/features.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import { context } from '../../../test/support/creator.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { RESERVATION_GRACE_MS } from './name.decide.js';
import { comparableName } from './name.js';
import { NameReservations } from './name-reservations.js';

const NAMES = ['Portal', 'pORTAL', 'Shop', 'Desk'];

/** How a process runs: its delays before calls of the store, the leaps of its clock, and when it dies. */
interface Pace {
  readonly turns: readonly number[];
  readonly leapMs: number;
  readonly callsToLive: number;
}

/** A task of a process; `app` is the index of one of the initial applications. */
interface Order {
  readonly act: 'create' | 'rename' | 'remove' | 'toggle';
  readonly app: number;
  readonly name: string;
  readonly pace: Pace;
}

class Killed extends Error {}

/** A process on the shared store, with its own caches, clock and pace. Its appends are never in one group. */
class Process {
  readonly applications: Applications;
  readonly names: NameReservations;
  readonly executor: CommandExecutor;
  readonly repository: Repository;
  #calls = 0;
  #now = Date.UTC(2026, 0, 1);

  constructor(
    store: EventStore,
    private readonly pace: Pace,
  ) {
    const clock = () => {
      this.#now += pace.leapMs;
      return this.#now;
    };
    this.repository = new Repository(this.#paced(store), features.codec, new Watermark());
    this.names = new NameReservations(this.repository, clock);
    this.executor = new CommandExecutor(this.repository, clock);
    this.applications = new Applications(this.repository, this.names, this.executor);
  }

  #paced(store: EventStore): EventStore {
    const pause = () => this.#pause();
    const paced: Pick<EventStore, 'readStream' | 'appendInOrder'> = {
      async *readStream(...request) {
        await pause();
        yield* store.readStream(...request);
      },
      async appendInOrder(appends: readonly StreamAppend[]) {
        const results = [];
        for (const { stream, events, expected } of appends) {
          await pause();
          results.push(await store.append(stream, events, expected));
        }
        return results;
      },
    };
    return paced as EventStore;
  }

  async #pause(): Promise<void> {
    const { turns, callsToLive } = this.pace;
    this.#calls += 1;
    if (this.#calls > callsToLive) throw new Killed();
    for (let left = turns[this.#calls % turns.length] ?? 0; left > 0; left -= 1) await turn();
  }
}

const healthy: Pace = { turns: [0], leapMs: RESERVATION_GRACE_MS, callsToLive: Number.POSITIVE_INFINITY };

/** A project with two applications, on which processes work. */
class Scene {
  readonly projectId: string;
  readonly apps: readonly string[];
  #created = 0;

  constructor(
    readonly store: EventStore,
    run: number,
  ) {
    this.projectId = `${run}`.padStart(6, '0');
    this.apps = [this.#nextId(), this.#nextId()];
  }

  async prepare(): Promise<void> {
    const process = new Process(this.store, healthy);
    const added: AnyEvent = {
      type: 'ProjectAdded',
      data: {
        projectId: this.projectId,
        name: this.projectId,
        projectRoleAssertion: false,
        projectRoleCheck: false,
        hasProjectCheck: false,
        privateLabelingSetting: 'unspecified',
      },
    };
    await process.repository.append(
      { stream: projectStream(this.projectId), events: [added], expected: 'noStream' },
      context,
      0,
    );
    for (const [index, appId] of this.apps.entries()) {
      await process.executor.execute(() => this.#plan(process, appId, NAMES[index] ?? ''), context);
    }
  }

  /** Runs a task; true when it succeeded. */
  async carryOut({ act, app, name, pace }: Order): Promise<boolean> {
    const process = new Process(this.store, pace);
    try {
      if (act === 'create') return await this.create(name, process);
      const appId = this.apps[app] ?? '';
      const target = { projectId: this.projectId, appId, context };
      await process.applications.change(target, () => {
        if (act === 'rename') return { type: 'UpdateApp', appId, name };
        return { type: act === 'remove' ? 'RemoveApp' : 'DeactivateApp', appId };
      });
      return true;
    } catch (error) {
      if (error instanceof Killed || error instanceof ContractError) return false;
      throw error;
    }
  }

  async create(name: string, process = new Process(this.store, healthy)): Promise<boolean> {
    const committed = await process.executor.execute(() => this.#plan(process, this.#nextId(), name), context);
    return committed !== undefined;
  }

  /** Replays all events in the order of the log; returns the names in use at the end. */
  async replay(after: bigint): Promise<readonly string[]> {
    const states = new Map<string, typeof applicationDecider.initial>();
    const borne = () => [...states.values()].filter(isLiveApplication).map(({ name }) => comparableName(name));
    const filter = { streamPrefixes: [applicationStream(this.projectId)] };
    for await (const recorded of this.store.readAll({ from: after + 1n, filter })) {
      const before = states.get(recorded.stream) ?? applicationDecider.initial;
      const event = features.codec.decode(recorded) as unknown as ApplicationEvent;
      states.set(recorded.stream, applicationDecider.evolve(before, event));
      expect(new Set(borne()).size).toBe(borne().length);
    }
    return borne();
  }

  #plan({ names }: Process, appId: string, name: string) {
    const events: AnyEvent[] = [{ type: 'ApplicationAdded', data: { appId, projectId: this.projectId, name } }];
    const naming = { bearers: applicationNames, scope: this.projectId, name, owner: appId };
    const reservation = names.reservation(naming, 'noStream');
    return { stream: applicationStream(appId), events, expected: 'noStream' as const, reservation };
  }

  #nextId(): string {
    this.#created += 1;
    return `${this.projectId}${this.#created}`;
  }
}

const pace: fc.Arbitrary<Pace> = fc.record({
  turns: fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
  // Leaps over the grace period make live processes seem dead; a stopped clock would wait for dead ones forever.
  leapMs: fc.constantFrom(100, 300, RESERVATION_GRACE_MS),
  callsToLive: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 12 })),
});
const order: fc.Arbitrary<Order> = fc.record({
  act: fc.constantFrom('create', 'rename', 'rename', 'rename', 'remove', 'toggle'),
  app: fc.nat(1),
  name: fc.constantFrom(...NAMES),
  pace,
});

describe('names', () => {
  let store: EventStore;
  let runs = 0;
  beforeAll(async () => {
    store = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
  });
  afterAll(() => store.close());

  it('belong to one application at a time, and never stay blocked, when processes stall, leap or die', async () => {
    const orders = fc.array(order, { minLength: 2, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(orders, async (ordered) => {
        runs += 1;
        const scene = new Scene(store, runs);
        const before = await store.head();
        await scene.prepare();
        await Promise.all(ordered.map((each) => scene.carryOut(each)));
        const borne = await scene.replay(before);
        // No process is running any more: each name is either in use or available.
        for (const name of ['portal', 'shop', 'desk']) expect(await scene.create(name)).toBe(!borne.includes(name));
        await scene.replay(before);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
