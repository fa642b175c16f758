import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';

/** More links than OpenTelemetry keeps of one span would be lost. */
const MAX_LINKS = 128;

/** The trace contexts of the requests that have caused the events, each once. */
export function traceLinks(events: readonly RecordedEvent[]): readonly string[] {
  return joinedLinks(events.map(traceparentIn).filter((link) => typeof link === 'string'));
}

/** An event that an operator has left out may hold no JSON. */
function traceparentIn(event: RecordedEvent): unknown {
  try {
    return (event.metadata as { readonly traceparent?: unknown } | null)?.traceparent;
  } catch {
    return undefined;
  }
}

/** Links without those that stand twice, as many as a span can have. */
export function joinedLinks(links: readonly string[]): readonly string[] {
  return [...new Set(links)].slice(0, MAX_LINKS);
}
