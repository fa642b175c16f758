import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { loadProject, RECENT_MS } from '#libs/registry/projects/load-project.js';
import { bothEventStores } from '../../../../test/support/both-event-stores.js';
import { context } from '../../../../test/support/creator.js';
import {
  type Case,
  cases,
  Killed,
  lateEvents,
  outcome,
  Process,
  scene,
  stepped,
} from '../../../../test/support/removal-scene.js';

describe.each(Object.entries(bothEventStores))('a project that is removed, on %s', (_, open) => {
  let store: EventStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  /** Runs a command; the project is removed before one of its steps, and the process is killed before another one. */
  async function run(each: Case, { removedAt, killedAt = 0 }: { removedAt: number; killedAt?: number }) {
    const from = (await store.head()) + 1n;
    const place = await scene(store, each.before ?? []);
    let steps = 0;
    let hasBegun = false;
    const paced = stepped(store, async () => {
      if (!hasBegun) return;
      const step = ++steps;
      if (step === removedAt) await new Process(store).removeProject(place.projectId);
      if (step === killedAt) throw new Killed();
    });
    const process = new Process(paced);
    if (each.known) await loadProject(process.repository, place.projectId, context.resourceOwner);
    if (each.known === 'for long') await delay(2 * RECENT_MS);
    hasBegun = true;
    const ended = await outcome(each, place, process);
    return { place, ended, steps, late: await lateEvents(store, place, from) };
  }

  it.each(Object.entries(cases))(
    'before any step of a command to %s: the command is refused, or was completed before',
    async (_name, each) => {
      let tooLate = 0;
      for (let removedAt = 1; ; removedAt += 1) {
        const { ended, steps, late } = await run(each, { removedAt });
        expect(['done', each.refusal]).toContain(ended);
        if (late.size > 0) tooLate += 1;
        if (removedAt === 1 && each.known !== 'lately') expect(late.size).toBe(0);
        if (ended === 'done') expect(late.size).toBe(0);
        for (const last of late.values()) expect(last).toBe('ApplicationRemoved');
        if (steps >= removedAt) continue;
        expect(ended).toBe('done');
        break;
      }
      // A store that checks both streams in one step refuses the late append.
      expect(tooLate > 0).toBe(!store.checksOtherStreams);
    },
  );

  it.each(Object.entries(cases))(
    'while a process dies that was about to %s: nothing can be done with what it left',
    async (_name, each) => {
      for (let removedAt = 1; ; removedAt += 1) {
        let steps = 0;
        for (let killedAt = removedAt; killedAt <= Math.max(steps, removedAt); killedAt += 1) {
          const killed = await run(each, { removedAt, killedAt });
          steps = Math.max(steps, killed.steps + (killed.ended === 'killed' ? 1 : 0));
          if (killed.steps < removedAt) return;
          const survivor = new Process(store);
          for (const stream of new Set([applicationStream(killed.place.appId), ...killed.late.keys()])) {
            const place = { ...killed.place, appId: stream.slice(applicationStream('').length) };
            for (const other of Object.values(cases)) {
              if (other.command !== undefined) expect(await outcome(other, place, survivor)).toBe(other.refusal);
            }
          }
          expect(await outcome(cases.create as Case, killed.place, survivor)).toBe('COMMAND-EbFMN');
        }
      }
    },
  );
});
