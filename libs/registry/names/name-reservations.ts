import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { Reservation, StreamChange } from '#libs/engine/commands/planned-append.js';
import { isConflict, Repository } from '#libs/engine/commands/repository.js';
import { TOMBSTONE_REVISION } from '#libs/engine/event-store/port/event-store.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { applicationDecider } from '#libs/registry/applications/application.decide.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { isLiveApplication } from '#libs/registry/applications/application.state.js';
import { projectDecider } from '#libs/registry/projects/project.decide.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import { isLiveProject } from '#libs/registry/projects/project.state.js';
import type { DomainEvent } from '#libs/registry/shared/events.js';
import { decideReservation, fateOf, type Holder, isOutdated } from './name.decide.js';
import { type NameScope, nameStream } from './name.events.js';
import { evolveName } from './name.evolve.js';
import { comparableName } from './name.js';
import { freeName, type HeldName } from './name.state.js';

const nameEvolution = { initial: freeName, evolve: evolveName };

const FIRST_WAIT_MS = 2; // the holder's second append usually ends within this
const LONGEST_WAIT_MS = 100;

/** Who is to bear which name. */
export interface Naming {
  readonly scope: NameScope;
  readonly name: string;
  /** The id of the application or project that will bear it. */
  readonly owner: string;
}

/**
 * Keeps names unique without a transaction over two streams: a name has a stream of its own, and belongs to whoever
 * appended to it last, for one append to the owner's stream at the revision that the reservation names. Whoever does
 * not append in time loses the name: an event in the owner's stream makes that append impossible first, so that
 * somebody slow and somebody new can never both bear the name (docs/decisions/0001-name-reservation-by-fencing.md).
 */
@Injectable()
export class NameReservations {
  constructor(
    private readonly repository: Repository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The reservation of a name, for the append that makes the owner bear it.
   *
   * @param ownerRevision the revision that this append expects
   */
  reservation(naming: Naming, ownerRevision: bigint | 'noStream'): Reservation {
    const claim = (context: CommandContext) => this.reserve(naming, ownerRevision, context);
    return { first: reservationOf(naming, ownerRevision), claim };
  }

  /**
   * Reserves a name that somebody else may hold, or have held.
   *
   * @param ownerRevision what the append will expect that makes the owner bear the name
   * @returns false when the name is taken
   */
  async reserve(naming: Naming, ownerRevision: bigint | 'noStream', context: CommandContext): Promise<boolean> {
    const { stream, events } = reservationOf(naming, ownerRevision);
    const firstSeen = this.clock();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const { state, revision, changedAt } = await this.repository.load(stream, nameEvolution);
      if (revision === TOMBSTONE_REVISION) return false; // Nobody can ever reserve it again.
      // By an earlier try that did not get to its second append; or by somebody who changes the same owner and is
      // ahead, so that our own append fails anyway.
      if (state.status === 'held' && state.owner === naming.owner && !isOutdated(state, ownerRevision)) return true;
      const fate = state.status === 'held' ? await this.#fateOf(state, naming) : 'abandoned';
      const step = decideReservation(state, fate, this.clock() - Math.min(firstSeen, changedAt ?? firstSeen));
      if (step === 'refuse') return false;
      if (step === 'reserve' && (await this.#appended({ stream, events, expected: revision }, context))) return true;
      if (step === 'wait') await delay(waitMs);
      if (step === 'abandonHolder' && state.status === 'held') await this.#abandon(state, naming, context);
    }
  }

  async #fateOf(held: HeldName, { scope, name }: Naming) {
    return fateOf(held, await this.#holder(ownerStream(scope, held.owner), scope), comparableName(name));
  }

  async #holder(stream: string, { kind }: NameScope): Promise<Holder> {
    if (kind === 'application') {
      const { state, revision } = await this.repository.load(stream, applicationDecider);
      return { revision, name: isLiveApplication(state) ? comparableName(state.name) : undefined };
    }
    const { state, revision } = await this.repository.load(stream, projectDecider);
    return { revision, name: isLiveProject(state) ? comparableName(state.settings.name) : undefined };
  }

  /** Takes the holder's one append away, by another one at its place. */
  async #abandon({ owner, ownerRevision }: HeldName, { scope, name }: Naming, context: CommandContext): Promise<void> {
    const event: DomainEvent =
      ownerRevision === 'noStream'
        ? { type: 'CreationAbandoned', data: { owner } }
        : { type: 'RenameAbandoned', data: { owner, name: comparableName(name) } };
    await this.#appended({ stream: ownerStream(scope, owner), events: [event], expected: ownerRevision }, context);
  }

  /** Appends; false when somebody else was first, and the situation must be looked at again. */
  async #appended(change: StreamChange, context: CommandContext): Promise<boolean> {
    try {
      await this.repository.append(change, context, this.clock());
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }
}

/** The append that reserves a name which nobody has held before. */
export function reservationOf({ scope, name, owner }: Naming, ownerRevision: bigint | 'noStream'): StreamChange {
  const comparable = comparableName(name);
  const place = ownerRevision === 'noStream' ? {} : { ownerRevision: Number(ownerRevision) };
  return {
    stream: nameStream(scope, hash('sha256', comparable, 'base64url')),
    events: [{ type: 'NameReserved', data: { name: comparable, owner, ...place } }],
    expected: 'noStream',
  };
}

/** The stream of what bears the name, or will. */
function ownerStream(scope: NameScope, owner: string): string {
  return scope.kind === 'application' ? applicationStream(owner) : projectStream(owner);
}
