import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { RevisionConflictError, StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { AppendResult } from '#libs/engine/event-store/port/event-store.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { KeyedMutex } from '#libs/engine/kernel/keyed-mutex.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import {
  type ApplicationHome,
  confirmHome,
  endsBefore,
  homeCondition,
  withdrawal,
} from '#libs/registry/applications/commands/support/application-home.js';
import { NameReservations, type Naming, reservationOf } from '#libs/registry/names/name-reservations.js';
import type { CommandContext } from './command-context.js';
import { type Change, isOvertaken, Repository } from './repository.js';

/** What was decided on the aggregate as it was loaded: the change of its own stream. */
export interface Draft extends Omit<Change, 'provided'> {
  /** The name that it comes to bear, where it did not bear that before. */
  readonly naming?: Naming | undefined;
  /** The application's project, for a change of an application: nothing happens in a project that has been removed. */
  readonly home?: ApplicationHome | undefined;
}

/** A draft that has been appended. */
export interface Made<D extends Draft> {
  readonly draft: D;
  readonly appended: AppendResult;
  /** The time in its events, in milliseconds since 1970. */
  readonly at: number;
}

/** Another process appended first. */
type Overtaken = RevisionConflictError | StreamDeletedError;

/** One try of a change. */
export interface Attempt {
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly isFirst: boolean;
}

/** Loads and decides, or draws new ids. What it throws ends the change. */
type Decide<D extends Draft> = (attempt: Attempt) => D | Promise<D>;

/** How often a change is tried: each try is lost only to a change by another process. */
const MAX_TRIES = 16;

/** The wait after the first lost try; it doubles with each further one. A try takes about as long. */
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 500;

/**
 * The one way from a decision to the store: the name's reservation first, where there is one, then the aggregate's own
 * stream, at the revision that was decided on. A change that another process overtakes is decided again on what is
 * there then, so that no change is lost.
 */
@Injectable()
export class Changes {
  /** Lets the changes of one stream by this process wait for each other: they would only overtake each other. */
  readonly #streams = new KeyedMutex();

  constructor(
    private readonly names: NameReservations,
    private readonly repository: Repository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Changes what a stream holds, after the changes of it that have come before.
   *
   * A change holds its own stream alone and asks for no other, so that no two can wait for each other.
   *
   * @returns undefined when the name is taken
   * @throws ContractError ABORTED after {@link MAX_TRIES} lost tries, or DEADLINE_EXCEEDED when the caller has gone
   */
  change<D extends Draft>(stream: string, decide: Decide<D>, context: CommandContext): Promise<Made<D> | undefined> {
    return this.#streams.run(stream, () => this.make(decide, context), context.abandoned);
  }

  /** Makes something new, with a stream that nobody else knows; otherwise like {@link change}. */
  async make<D extends Draft>(decide: Decide<D>, context: CommandContext): Promise<Made<D> | undefined> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const draft = await decide({ now: this.clock(), isFirst: tries === 1 });
      const made = await this.#append(draft, context);
      if (made === undefined) return undefined;
      if (isOvertaken(made)) await waitAfterTry(tries, context.abandoned?.());
      else if (await this.#counts(made)) return made;
      else await this.#withdraw(made, context); // The next decision finds the project removed, and refuses.
    }
    throw ContractError.of(Code.ABORTED, `other processes were first ${MAX_TRIES} times in a row: try again`);
  }

  /** @returns undefined: the name is taken; an error: a stream is not where it was */
  async #append<D extends Draft>(draft: D, context: CommandContext): Promise<Made<D> | undefined | Overtaken> {
    const { naming, stream, events, expected } = draft;
    const provided = homeCondition(draft.home);
    const own: Change = { stream, events, expected, provided };
    if (naming === undefined) return this.#tryAppend(draft, [own], context);
    const reservation = { ...reservationOf(naming, expected), provided };
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
    const { home } = draft;
    const confirm = home?.isUnconfirmed && !this.repository.checksOtherStreams;
    const beforeLast = confirm ? () => confirmHome(this.repository, home) : undefined;
    try {
      return { draft, at, appended: await this.repository.appendInOrder(changes, context, at, beforeLast) };
    } catch (error) {
      if (isOvertaken(error)) return error;
      throw error;
    }
  }

  /** Whether what was appended came before the removal of its project (docs/decisions/0019-changes-after-project-removal.md). */
  async #counts({ draft, appended }: Made<Draft>): Promise<boolean> {
    if (draft.home === undefined || this.repository.checksOtherStreams) return true;
    return !(await endsBefore(this.repository, draft.home, appended.position));
  }

  /** Ends an application that was changed too late, for readers that follow its stream alone. */
  async #withdraw({ draft, appended }: Made<Draft>, context: CommandContext): Promise<void> {
    const events = withdrawal(draft);
    if (events.length === 0) return;
    // When another process appends first, it has come too late as well, and ends the application itself.
    await this.#tryAppend(
      { ...draft, home: undefined },
      [{ stream: draft.stream, events, expected: appended.revision }],
      context,
    );
  }
}

/** Waits before a change is decided again. @throws the signal's reason: the caller has gone */
async function waitAfterTry(tries: number, signal: AbortSignal | undefined): Promise<void> {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  await delay(Math.random() * longest, undefined, { signal }).catch(() => undefined);
  signal?.throwIfAborted();
}
