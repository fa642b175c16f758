import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { type SignedCheckpoint, TREE_FOLDER } from './ledger-folder.js';
import { ContradictionError, type KeeperOptions, LedgerKeeper } from './ledger-keeper.js';
import type { LedgerSource } from './ledger-source.js';
import type { LedgerStatus } from './ledger-status.js';
import { Recheck } from './recheck.js';

/**
 * So many events are read, whether for the first time or again, so often: while nothing is written, a million are compared
 * again in half an hour. Some are compared again however many are written.
 */
const RECHECK_EVENTS = 512;
const LEAST_RECHECK_EVENTS = 64;
const RECHECK_EVERY_MS = 1_000;

/** So often it is told how far a comparison is. */
const TELL_EVERY_MS = 10_000;

/** A ledger to keep. */
export interface RunnerOptions extends KeeperOptions {
  readonly source: LedgerSource;
  /** Is told now and then how many of the signed events have been compared with the log. */
  readonly compared: (events: number, signed: number) => void;
  /** Gets each change of the status. */
  readonly status: (status: LedgerStatus) => void;
}

/** Keeps a ledger until the signal aborts, or the log contradicts what was signed. Whatever else fails is tried again. */
export async function runLedger(options: RunnerOptions, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    options.status({ state: 'checking' });
    try {
      await followLog(options, signal, () => {
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      const reason = messageOf(error);
      if (error instanceof ContradictionError) return options.status({ state: 'contradicted', reason });
      options.status({ state: 'failing', reason });
      failures += 1;
      await delay(waitAfter(failures), undefined, { signal }).catch(() => undefined); // stopping
    }
  }
}

/** Follows the log until the signal aborts, or everything has to be compared anew. */
async function followLog(options: RunnerOptions, signal: AbortSignal, isCurrent: () => void): Promise<void> {
  let signedSize = 0;
  let taken = 0;
  const spare = () => {
    const events = Math.max(LEAST_RECHECK_EVENTS, RECHECK_EVENTS - taken);
    taken = 0;
    return events;
  };
  const signed = (checkpoint: SignedCheckpoint) => {
    signedSize = checkpoint.size;
    options.signed(checkpoint);
  };
  const keeper = new LedgerKeeper({ ...options, signed });
  const again = new AbortController();
  const stopping = AbortSignal.any([signal, again.signal]);
  let rechecking: Promise<void> | undefined;
  let told = performance.now();
  try {
    for await (const batch of options.source.follow(stopping)) {
      if (!keeper.take(batch)) return;
      // Thrown before it counts as current: otherwise it would be tried again without a growing wait.
      if (batch.fault !== undefined) throw new Error(batch.fault);
      taken += batch.events.length;
      if (!keeper.isChecked && performance.now() - told >= TELL_EVERY_MS) {
        told = performance.now();
        options.compared(keeper.size, keeper.signedSize);
      }
      if (!batch.caughtUp || rechecking !== undefined) continue;
      isCurrent();
      options.status({ state: 'current' });
      signedSize = keeper.size;
      rechecking = recheck(options, { signedSize: () => signedSize, spare }, stopping).then((isWhole) => {
        if (!isWhole) again.abort();
      });
    }
  } catch (error) {
    if (!again.signal.aborted) throw error;
  } finally {
    again.abort();
    await rechecking;
    keeper.close();
  }
}

/** Compares until the signal aborts, or what was read is not what was signed: answers whether it was, so far. */
async function recheck(
  options: RunnerOptions,
  { signedSize, spare }: { readonly signedSize: () => number; readonly spare: () => number },
  signal: AbortSignal,
): Promise<boolean> {
  const { source, isDomainEvent, folder } = options;
  const round = new Recheck({
    again: () => source.again(),
    isDomainEvent,
    treeFolder: join(folder, TREE_FOLDER),
    signedSize,
  });
  try {
    while (!signal.aborted) {
      await delay(RECHECK_EVERY_MS, undefined, { signal });
      if (!(await round.next(spare()))) return false;
    }
    return true;
  } catch {
    return signal.aborted; // The log cannot be read: following it says why.
  } finally {
    await round.stop().catch(() => undefined); // It may have failed already.
  }
}
