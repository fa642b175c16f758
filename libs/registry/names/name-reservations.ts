import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { Reservation, StreamChange } from '#libs/engine/commands/planned-append.js';
import { isConflict, Repository } from '#libs/engine/commands/repository.js';
import { TOMBSTONE_REVISION } from '#libs/engine/event-store/port/event-store.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { decideReservation, fateOf, isOutdated } from './name.decide.js';
import { evolveName } from './name.evolve.js';
import { comparableName } from './name.js';
import { freeName, type HeldName } from './name.state.js';
import { type NameReserver, type Naming, reservationStream } from './name-bearers.js';

const nameEvolution = { initial: freeName, evolve: evolveName };

const FIRST_WAIT_MS = 2; // the second append of the owner usually ends within this
const LONGEST_WAIT_MS = 100;

/**
 * Keeps names unique without a transaction over two streams. A name has a stream of its own, and the newest event there
 * reserves it for one append to the stream of its owner, at the revision that the reservation states. A writer that
 * does not append in time loses the name: the writer that takes the name over first appends an event to the stream of
 * the slow one, so that the append of the slow one fails (docs/decisions/0001-name-reservation-by-fencing.md).
 */
@Injectable()
export class NameReservations implements NameReserver {
  constructor(
    private readonly repository: Repository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  reservation(naming: Naming, ownerRevision: bigint | 'noStream'): Reservation {
    const claim = (context: CommandContext) => this.reserve(naming, ownerRevision, context);
    return { first: reservationOf(naming, ownerRevision), claim };
  }

  /**
   * Reserves a name that may be reserved for another owner, or may have been.
   *
   * @param ownerRevision the revision that the append to the owner's stream will expect
   * @returns false when the name is taken
   */
  async reserve(naming: Naming, ownerRevision: bigint | 'noStream', context: CommandContext): Promise<boolean> {
    const { stream, events } = reservationOf(naming, ownerRevision);
    const firstSeen = this.clock();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const { state, revision, changedAt } = await this.repository.load(stream, nameEvolution);
      if (revision === TOMBSTONE_REVISION) return false; // Nothing can ever be appended to it again.
      // The owner has reserved it already: an earlier attempt that did not reach its second append, or a concurrent
      // change of the same owner, which makes our own append fail anyway.
      if (state.status === 'held' && state.owner === naming.owner && !isOutdated(state, ownerRevision)) return true;
      const fate = state.status === 'held' ? await this.#fateOf(state, naming) : 'abandoned';
      const step = decideReservation(state, fate, this.clock() - Math.min(firstSeen, changedAt ?? firstSeen));
      if (step === 'refuse') return false;
      if (step === 'reserve' && (await this.#appended({ stream, events, expected: revision }, context))) return true;
      if (step === 'wait') await delay(waitMs);
      if (step === 'abandonHolder' && state.status === 'held') await this.#abandon(state, naming, context);
    }
  }

  async #fateOf(held: HeldName, { bearers, name }: Naming) {
    const { state, revision } = await this.repository.load(bearers.stream(held.owner), bearers);
    const current = bearers.nameOf(state);
    const holder = { revision, name: current === undefined ? undefined : comparableName(current) };
    return fateOf(held, holder, comparableName(name));
  }

  /** Appends another event at the place of the one append for which the holder has reserved the name. */
  async #abandon({ owner, ownerRevision }: HeldName, { bearers, name }: Naming, context: CommandContext) {
    const event =
      ownerRevision === 'noStream'
        ? { type: 'CreationAbandoned', data: { owner } }
        : { type: 'RenameAbandoned', data: { owner, name: comparableName(name) } };
    await this.#appended({ stream: bearers.stream(owner), events: [event], expected: ownerRevision }, context);
  }

  /** Appends; false when another writer was first: the caller must load again. */
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

/** The append that reserves a name which has never been reserved before. */
export function reservationOf(naming: Naming, ownerRevision: bigint | 'noStream'): StreamChange {
  const name = comparableName(naming.name);
  const place = ownerRevision === 'noStream' ? {} : { ownerRevision: Number(ownerRevision) };
  return {
    stream: reservationStream(naming, hash('sha256', name, 'base64url')),
    events: [{ type: 'NameReserved', data: { name, owner: naming.owner, ...place } }],
    expected: 'noStream',
  };
}
