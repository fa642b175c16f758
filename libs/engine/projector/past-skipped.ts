import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { GenerationRunner } from './generation-runner.js';
import type { KeeperLog } from './keeper-log.js';
import { readSkips } from './skips.js';

/** Restarts generations that have stopped at an event which an operator has decided to skip. @throws EventStoreUnavailableError */
export async function goOnPastSkipped(
  generations: readonly GenerationRunner[],
  projection: string,
  { eventStore, codec }: { readonly eventStore: EventStore; readonly codec: EventCodec },
  log: KeeperLog,
): Promise<void> {
  for (const runner of generations) {
    const { state, failure } = runner.status();
    if (state !== 'failed' || failure?.event === undefined) continue;
    const skips = await readSkips(eventStore, codec, projection);
    if (!skips.has(failure.event.id)) continue;
    log.skipped(failure.event.id);
    await runner.stop();
    runner.start();
  }
}
