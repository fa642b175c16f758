import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { RevisionConflictError, StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { KeyedMutex } from '#libs/engine/kernel/keyed-mutex.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import type { CommandContext } from './command-context.js';
import type { CommittedAppend, Plan, PlannedAppend, StreamChange } from './planned-append.js';
import { isConflict, Repository } from './repository.js';

/** Another process has appended to one of the streams first. */
type Conflict = RevisionConflictError | StreamDeletedError;

/** Attempts for one command. Each conflict means that another process has succeeded: so many in a row is contention. */
const MAX_ATTEMPTS = 16;

/** The longest wait after the first conflict; it doubles with each further one. An attempt takes about as long. */
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 500;

/**
 * Carries out commands: load, decide, append. An append that meets a revision conflict is decided again on the newer
 * events, so that no change is lost.
 */
@Injectable()
export class CommandExecutor {
  /** Lets this process's commands on one stream run one after the other: at once they would only conflict. */
  readonly #streams = new KeyedMutex();

  constructor(
    private readonly repository: Repository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Carries out a command on a stream that other commands may be changing: after those of this process that came before.
   * A command holds its own stream alone and waits for no other, so that no two can wait for each other. Otherwise like
   * {@link execute}.
   */
  executeInOrder<P extends PlannedAppend>(
    stream: string,
    plan: Plan<P>,
    context: CommandContext,
  ): Promise<CommittedAppend<P> | undefined> {
    return this.#streams.run(stream, () => this.execute(plan, context), context.abandoned);
  }

  /**
   * Carries out a command: plans it, appends, and plans it again after a conflict.
   *
   * @returns undefined when somebody else holds what the plan was to reserve
   * @throws ContractError ABORTED after {@link MAX_ATTEMPTS} conflicts, or DEADLINE_EXCEEDED when the caller has gone
   */
  async execute<P extends PlannedAppend>(
    plan: Plan<P>,
    context: CommandContext,
  ): Promise<CommittedAppend<P> | undefined> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const planned = await plan({ now: this.clock(), isFirst: attempt === 1 });
      const committed = await this.#append(planned, context);
      if (committed === undefined) return undefined;
      if (isConflict(committed)) await waitAfterConflict(attempt, context.abandoned?.());
      else if (await this.#counts(committed)) return committed;
      else await this.#withdraw(committed, context); // The next attempt finds that the dependency has gone, and refuses.
    }
    throw ContractError.of(Code.ABORTED, `other processes were first ${MAX_ATTEMPTS} times in a row: try again`);
  }

  /** @returns undefined: the reservation is refused; a conflict: a stream is not at the revision that was expected */
  async #append<P extends PlannedAppend>(
    plan: P,
    context: CommandContext,
  ): Promise<CommittedAppend<P> | undefined | Conflict> {
    const { reservation, dependency, stream, events, expected } = plan;
    const provided = dependency?.condition;
    const own: StreamChange = { stream, events, expected, provided };
    if (reservation === undefined) return this.#tryAppend(plan, [own], context);
    // Most reservations are of something new: then these two appends, in order, are all that it takes.
    const first: StreamChange = {
      stream: reservation.first.stream,
      events: reservation.first.events,
      expected: reservation.first.expected,
      provided,
    };
    const committed = await this.#tryAppend(plan, [first, own], context);
    if (!isConflict(committed) || committed.stream !== first.stream) return committed;
    if (!(await reservation.claim(context))) return undefined;
    return this.#tryAppend(plan, [own], context);
  }

  async #tryAppend<P extends PlannedAppend>(
    plan: P,
    changes: readonly StreamChange[],
    context: CommandContext,
  ): Promise<CommittedAppend<P> | Conflict> {
    const at = this.clock();
    const confirm = this.repository.checksOtherStreams ? undefined : plan.dependency?.confirm;
    try {
      return { plan, at, appended: await this.repository.appendInOrder(changes, context, at, confirm) };
    } catch (error) {
      if (isConflict(error)) return error;
      throw error;
    }
  }

  /** Whether the append came before the end of its dependency (docs/decisions/0019-changes-after-project-removal.md). */
  async #counts({ plan: { dependency }, appended }: CommittedAppend<PlannedAppend>): Promise<boolean> {
    if (dependency === undefined || this.repository.checksOtherStreams) return true;
    return dependency.wasThereAt(appended.position);
  }

  /** Ends an aggregate that was changed too late, for readers that follow its stream alone. */
  async #withdraw({ plan, appended }: CommittedAppend<PlannedAppend>, context: CommandContext): Promise<void> {
    const events = plan.dependency?.withdrawal ?? [];
    if (events.length === 0) return;
    const withdrawal = { stream: plan.stream, events, expected: appended.revision };
    // When another process appends first, it has come too late as well, and ends the aggregate itself.
    await this.#tryAppend(withdrawal, [withdrawal], context);
  }
}

/** Waits before a command is planned again. @throws the signal's reason: the caller has gone */
async function waitAfterConflict(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  await delay(Math.random() * longest, undefined, { signal }).catch(() => undefined);
  signal?.throwIfAborted();
}
