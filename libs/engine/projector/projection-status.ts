import type { ConsumerStatus } from '#libs/engine/consumer/consumer-status.js';
import { NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';
import type { GenerationStatus } from './generation-runner.js';
import type { SetAside } from './set-aside.js';

/** The status of a projection. */
export interface ProjectionStatus {
  readonly name: string;
  /** The generation that answers queries; undefined until the first is complete. */
  readonly serving?: GenerationStatus;
  /** The generation that is being built. */
  readonly filling?: GenerationStatus;
  /** The documents that were set aside last because they come from another event log. */
  readonly setAside?: SetAside;
}

/** No generation serves. */
const NOT_BUILT: ConsumerStatus = { state: 'starting', position: NOTHING_PROJECTED };

/** A projection as one consumer. A generation that is lost, or of another log, is built again and is no failure. */
export function consumerStatusOf({ serving, filling }: ProjectionStatus): ConsumerStatus {
  const failed = [filling, serving].find((status) => status?.state === 'failed');
  const { state, position, failure } = failed ?? serving ?? NOT_BUILT;
  if (state === 'lost' || state === 'foreign') return NOT_BUILT;
  return { state, position, ...(failure && { failure }) };
}
