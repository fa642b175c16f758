import { Inject, Injectable } from '@nestjs/common';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import type { DomainEvent } from '#libs/domain/events.js';
import { RevisionConflictError } from '#libs/event-store/port/event-store.errors.js';
import type { AppendResult } from '#libs/event-store/port/event-store.js';
import type { Clock } from '#libs/kernel/clock.js';
import { CLOCK } from '#libs/platform/tokens.js';
import type { CommandContext } from './command-context.js';
import { NameReservations, type Reservation, reservationOf } from './name-reservations.js';
import { type Change, Repository } from './repository.js';

/** Something about to be created under a name that must be unique: freshly drawn ids, decided events. */
export interface Draft {
  readonly reservation: Reservation;
  /** The stream of its own, which must not exist yet. */
  readonly stream: string;
  readonly events: readonly DomainEvent[];
}

/** What became of a draft. */
export interface Created<D extends Draft> {
  readonly draft: D;
  readonly appended: AppendResult;
  /** The time in its events, in milliseconds since 1970. */
  readonly at: number;
}

/** Losing a race needs a clash of ids or a pause longer than the reservation's grace: twice in a row is no accident. */
const MAX_TRIES = 3;

/** Creates what has a name of its own: the reservation first, then its stream. */
@Injectable()
export class Creation {
  constructor(
    private readonly names: NameReservations,
    private readonly repository: Repository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Reserves the draft's name and appends its events.
   *
   * @param draw makes a draft with new ids; called again when the stream of the last one was already there
   * @returns undefined when the name is taken
   * @throws ContractError ABORTED after several lost races
   */
  async create<D extends Draft>(draw: () => D, context: CommandContext): Promise<Created<D> | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const draft = draw();
      const reservation = reservationOf(draft.reservation);
      const own: Change = { stream: draft.stream, events: draft.events, expected: 'noStream' };
      // Most names are new: then these two appends, one behind the other, are all it takes.
      const first = await this.#append(draft, [reservation, own], context);
      if (!(first instanceof RevisionConflictError)) return first;
      if (first.stream !== reservation.stream) continue;
      if (!(await this.names.reserve(draft.reservation, context))) return undefined;
      const second = await this.#append(draft, [own], context);
      if (!(second instanceof RevisionConflictError)) return second;
    }
    throw ContractError.of(Code.ABORTED, 'the name was contended for too long: try again');
  }

  async #append<D extends Draft>(
    draft: D,
    changes: readonly Change[],
    context: CommandContext,
  ): Promise<Created<D> | RevisionConflictError> {
    const at = this.clock();
    try {
      return { draft, at, appended: await this.repository.appendInOrder(changes, context, at) };
    } catch (error) {
      if (error instanceof RevisionConflictError) return error;
      throw error;
    }
  }
}
