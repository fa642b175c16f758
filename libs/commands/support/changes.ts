import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import type { RevisionConflictError, StreamDeletedError } from '#libs/event-store/port/event-store.errors.js';
import type { AppendResult } from '#libs/event-store/port/event-store.js';
import type { Clock } from '#libs/kernel/clock.js';
import { CLOCK } from '#libs/platform/tokens.js';
import type { CommandContext } from './command-context.js';
import { NameReservations, type Naming, reservationOf } from './name-reservations.js';
import { type Change, isOvertaken, Repository } from './repository.js';

/** What was decided on the aggregate as it was loaded: the change of its own stream. */
export interface Draft extends Change {
  /** The name that it comes to bear, where it did not bear that before. */
  readonly naming?: Naming | undefined;
}

/** A draft that has been appended. */
export interface Made<D extends Draft> {
  readonly draft: D;
  readonly appended: AppendResult;
  /** The time in its events, in milliseconds since 1970. */
  readonly at: number;
}

/** Somebody else was first. */
type Overtaken = RevisionConflictError | StreamDeletedError;

/** Each try that is lost, somebody else has won: so many in a row come of a crowd, which had better be thinned out. */
const MAX_TRIES = 10;

/** Tries are apart by up to so much, times the number of the try, so that a crowd does not stay in step. */
const WAIT_MS = 5;

/**
 * The one way from a decision to the store: the name's reservation first, where there is one, then the aggregate's own
 * stream, at the revision that was decided on. Whoever finds that somebody else was first decides again on what is
 * there then, so that no change is ever lost.
 */
@Injectable()
export class Changes {
  constructor(
    private readonly names: NameReservations,
    private readonly repository: Repository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Decides and appends, again and again while others are first.
   *
   * @param decide loads and decides, or draws new ids; gets the time, in milliseconds since 1970. What it throws ends it.
   * @returns undefined when the name is taken
   * @throws ContractError ABORTED after {@link MAX_TRIES} lost races
   */
  async make<D extends Draft>(
    decide: (now: number) => D | Promise<D>,
    context: CommandContext,
  ): Promise<Made<D> | undefined> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const draft = await decide(this.clock());
      const made = await this.#append(draft, context);
      if (!isOvertaken(made)) return made;
      if (tries < MAX_TRIES) await delay(Math.random() * WAIT_MS * tries);
    }
    throw ContractError.of(Code.ABORTED, `others were first ${MAX_TRIES} times in a row: try again`);
  }

  /** @returns undefined: the name is taken; an error: the aggregate's stream is not where it was */
  async #append<D extends Draft>(draft: D, context: CommandContext): Promise<Made<D> | undefined | Overtaken> {
    const { naming, stream, events, expected } = draft;
    const own: Change = { stream, events, expected };
    if (naming === undefined) return this.#tryAppend(draft, [own], context);
    const reservation = reservationOf(naming, expected);
    // Most names are new: then these two appends, one behind the other, are all it takes.
    const first = await this.#tryAppend(draft, [reservation, own], context);
    if (!isOvertaken(first) || first.stream !== reservation.stream) return first;
    if (!(await this.names.reserve(naming, expected, context))) return undefined;
    return this.#tryAppend(draft, [own], context);
  }

  async #tryAppend<D extends Draft>(
    draft: D,
    changes: readonly Change[],
    context: CommandContext,
  ): Promise<Made<D> | Overtaken> {
    const at = this.clock();
    try {
      return { draft, at, appended: await this.repository.appendInOrder(changes, context, at) };
    } catch (error) {
      if (isOvertaken(error)) return error;
      throw error;
    }
  }
}
