import type { EventPlace } from '#libs/engine/consumer/consumer-status.js';
import type { HealthParts } from './readiness.js';

/** Everything that follows the event log in a process, and its periodic work, as JSON. */
export function consumersReport({
  projector,
  consumers,
  work,
}: Pick<HealthParts, 'projector' | 'consumers' | 'work'>): object {
  return {
    projections: projector.status().map(({ name, serving, filling }) => ({
      name,
      role: projector.role,
      ...(serving && { state: serving.state, position: `${serving.position}` }),
      ...(filling && { filling: { state: filling.state, position: `${filling.position}` } }),
    })),
    consumers: (consumers?.reports() ?? []).map(({ position, failure, ...report }) => ({
      ...report,
      position: `${position}`,
      ...(failure?.event && { event: placeText(failure.event) }),
    })),
    work: (work?.() ?? []).map(({ failure, ...report }) => ({ ...report, isFailing: failure !== undefined })),
  };
}

function placeText(event: EventPlace): object {
  return { ...event, position: `${event.position}` };
}
