import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { applicationNames } from '#libs/registry/applications/application-names.js';
import { features } from '#libs/registry/features.js';
import { evolveName } from '#libs/registry/names/name.evolve.js';
import { freeName } from '#libs/registry/names/name.state.js';
import { NameReservations, reservationOf } from '#libs/registry/names/name-reservations.js';

export const context: CommandContext = {
  resourceOwner: '1',
  editor: { user: '2' },
  correlationId: 'request',
  causationId: 'request',
};
/** Names of applications, in one project. */
export const naming = { bearers: applicationNames, scope: '10' } as const;

/** One process that creates applications: its own repository and clock over a store that others share. */
export class Creator {
  now = Date.UTC(2026, 0, 1);
  readonly repository: Repository;
  readonly names: NameReservations;
  readonly executor: CommandExecutor;

  constructor(store: EventStore) {
    this.repository = new Repository(store, features.codec, new Watermark());
    const clock = () => this.now;
    this.names = new NameReservations(this.repository, clock);
    this.executor = new CommandExecutor(this.repository, clock);
  }

  create(name: string, ...ids: readonly string[]) {
    const left = [...ids];
    return this.executor.execute(() => this.#plan(name, left.shift() ?? 'no id left'), context);
  }

  /** The part of a creation before a crash or a pause: only the name is reserved. */
  reserveAndPause(name: string, owner: string) {
    return this.repository.append(reservationOf({ ...naming, name, owner }, 'noStream'), context, this.now);
  }

  /** The part of a rename before a crash or a pause: only the new name is reserved. */
  reserveForRename(name: string, owner: string, ownerRevision: bigint) {
    return this.repository.append(reservationOf({ ...naming, name, owner }, ownerRevision), context, this.now);
  }

  renameAt(name: string, appId: string, expected: bigint) {
    const events: AnyEvent[] = [{ type: 'ApplicationChanged', data: { appId, name } }];
    return this.repository.append({ stream: applicationStream(appId), events, expected }, context, this.now);
  }

  async isHeldBy(name: string, owner: string): Promise<boolean> {
    const { stream } = reservationOf({ ...naming, name, owner }, 'noStream');
    const { state } = await this.repository.load(stream, { initial: freeName, evolve: evolveName });
    return state.status === 'held' && state.owner === owner;
  }

  /** The rest of a creation after a pause. */
  goOn(name: string, owner: string) {
    return this.repository.append(creation(name, owner), context, this.now);
  }

  #plan(name: string, appId: string) {
    const reservation = this.names.reservation({ ...naming, name, owner: appId }, 'noStream');
    return { appId, ...creation(name, appId), reservation };
  }
}

function creation(name: string, appId: string) {
  const events: AnyEvent[] = [{ type: 'ApplicationAdded', data: { appId, projectId: '10', name } }];
  return { stream: applicationStream(appId), events, expected: 'noStream' as const };
}
