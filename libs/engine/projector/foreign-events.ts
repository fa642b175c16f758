import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { ProjectionMetrics } from './projection-metrics.js';

/**
 * Counts the events of other programs among those that a projection has received, and names the first of each kind of
 * stream in the log.
 */
export function noteForeignEvents(
  events: readonly RecordedEvent[],
  codec: EventCodec,
  metrics: ProjectionMetrics,
  log: Log,
): void {
  const { foreignCountedTo } = metrics;
  for (const event of events) {
    const { position } = event;
    if (position <= foreignCountedTo) continue;
    metrics.foreignCountedTo = position;
    if (codec.isOwn(event)) continue;
    const { stream, type } = event;
    const kind = codec.streams.kindOf(stream);
    if (!metrics.foreign(kind)) continue;
    const fields = { stream, type, position: position.toString() };
    log.warn(fields, `another program writes to streams that begin with ${kind}: its events are left out`);
  }
}
