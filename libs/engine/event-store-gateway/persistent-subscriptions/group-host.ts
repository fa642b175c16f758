import type { GatewayContext } from '../gateway-context.js';
import type { GroupDefinition } from './group-definition.js';
import type { GroupProgress } from './group-progress.js';

/** What a {@link GroupHost} needs to know of a running group. */
export interface HostedGroup {
  readonly definition: GroupDefinition;
  readonly progress: GroupProgress;
  /** Retries timed-out messages and checks whether a checkpoint is due. */
  tick(): void;
}

/** What a running group needs from its surroundings. */
export interface GroupHost {
  readonly context: GatewayContext;
  /** The time, in milliseconds since 1970. */
  now(): number;
  /** Writes a checkpoint of the group soon. */
  checkpoint(group: HostedGroup): void;
  /** Starts or stops the calls of {@link HostedGroup.tick}. */
  setNeedsTick(group: HostedGroup, needed: boolean): void;
}
