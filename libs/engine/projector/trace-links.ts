import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';

/** The number of links that OpenTelemetry keeps of one span. */
const MAX_LINKS = 128;

/** The trace contexts of the requests that have caused the events, each once. */
export function traceLinks(events: readonly RecordedEvent[]): readonly string[] {
  return joinedLinks(events.map(traceparentIn).filter((link) => typeof link === 'string'));
}

/** An event that an operator has skipped may hold no JSON. */
function traceparentIn(event: RecordedEvent): unknown {
  try {
    return (event.metadata as { readonly traceparent?: unknown } | null)?.traceparent;
  } catch {
    return undefined;
  }
}

/** The links without duplicates, as many as a span can have. */
export function joinedLinks(links: readonly string[]): readonly string[] {
  return [...new Set(links)].slice(0, MAX_LINKS);
}
