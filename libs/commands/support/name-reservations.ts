import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { applicationDecider } from '#libs/domain/application/application.decide.js';
import { applicationStream } from '#libs/domain/application/application.events.js';
import type { DomainEvent } from '#libs/domain/events.js';
import { decideReservation, type HolderFate } from '#libs/domain/name/name.decide.js';
import { type NameScope, nameStream } from '#libs/domain/name/name.events.js';
import { evolveName } from '#libs/domain/name/name.evolve.js';
import { comparableName } from '#libs/domain/name/name.js';
import { freeName } from '#libs/domain/name/name.state.js';
import { projectDecider } from '#libs/domain/project/project.decide.js';
import { projectStream } from '#libs/domain/project/project.events.js';
import { RevisionConflictError } from '#libs/event-store/port/event-store.errors.js';
import type { Clock } from '#libs/kernel/clock.js';
import { CLOCK } from '#libs/platform/tokens.js';
import type { CommandContext } from './command-context.js';
import { type Change, Repository } from './repository.js';

const nameEvolution = { initial: freeName, evolve: evolveName };

const FIRST_WAIT_MS = 2; // the holder's second append usually ends within this
const LONGEST_WAIT_MS = 100;

/** Who wants which name. */
export interface Reservation {
  readonly scope: NameScope;
  readonly name: string;
  /** The id of the application or project that will bear it. */
  readonly owner: string;
}

/**
 * Keeps names unique without a transaction over two streams: a name has a stream of its own, and belongs to whoever
 * appended to it last. Whoever holds a name without having been created in time loses it: an event in its own stream
 * makes its creation impossible first, so that a slow creator and a new one can never both bear the name.
 */
@Injectable()
export class NameReservations {
  constructor(
    private readonly repository: Repository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Reserves a name that somebody else may hold, or have held.
   *
   * @returns false when the name is taken
   */
  async reserve(wanted: Reservation, context: CommandContext): Promise<boolean> {
    const { stream, events } = reservationOf(wanted);
    const firstSeen = this.clock();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const { state, revision, changedAt } = await this.repository.load(stream, nameEvolution);
      const holder = state.status === 'held' ? state.owner : undefined;
      if (holder === wanted.owner) return true; // by an earlier try that did not get to its second append
      const fate = holder === undefined ? 'abandoned' : await this.#fateOf(holder, wanted);
      const step = decideReservation(state, fate, this.clock() - Math.min(firstSeen, changedAt ?? firstSeen));
      if (step === 'refuse') return false;
      if (step === 'reserve' && (await this.#appended({ stream, events, expected: revision }, context))) return true;
      if (step === 'wait') await delay(waitMs);
      if (step === 'abandonHolder' && holder !== undefined) {
        const abandoned: DomainEvent = { type: 'CreationAbandoned', data: { owner: holder } };
        const fenced = {
          stream: ownerStream(wanted.scope, holder),
          events: [abandoned],
          expected: 'noStream' as const,
        };
        await this.#appended(fenced, context);
      }
    }
  }

  /** What became of a name's holder: whether it came to be, and under this name. */
  async #fateOf(holder: string, { scope, name }: Reservation): Promise<HolderFate> {
    const stream = ownerStream(scope, holder);
    const { state, revision } = await (scope.kind === 'application'
      ? this.repository.load(stream, applicationDecider)
      : this.repository.load(stream, projectDecider));
    if (revision === 'noStream') return 'pending';
    return state.status !== 'absent' && comparableName(state.name) === comparableName(name) ? 'created' : 'abandoned';
  }

  /** Appends; false when somebody else was first, and the situation must be looked at again. */
  async #appended(change: Change, context: CommandContext): Promise<boolean> {
    try {
      await this.repository.append(change, context, this.clock());
      return true;
    } catch (error) {
      if (error instanceof RevisionConflictError) return false;
      throw error;
    }
  }
}

/** The append that reserves a name which nobody has held before. */
export function reservationOf({ scope, name, owner }: Reservation): Change {
  const comparable = comparableName(name);
  return {
    stream: nameStream(scope, hash('sha256', comparable, 'base64url')),
    events: [{ type: 'NameReserved', data: { name: comparable, owner } }],
    expected: 'noStream',
  };
}

/** The stream of what bears the name, or will. */
function ownerStream(scope: NameScope, owner: string): string {
  return scope.kind === 'application' ? applicationStream(owner) : projectStream(owner);
}
