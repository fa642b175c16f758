import type { GatewayError } from '../grpc-errors.js';
import type { ResolvedEvent } from '../recorded-event.js';
import type { Measurement } from './measurement.js';

/** A client's end of a subscription. */
export interface GroupSubscriber {
  /** How many messages it takes at a time. */
  readonly bufferSize: number;
  readonly peer: string;
  readonly userName: string;
  readonly connectionName: string;
  /** Must not throw. */
  deliver(event: ResolvedEvent, retries: number): void;
  /** It is out, and told why. Must not throw. */
  drop(error: GatewayError): void;
}

/** A subscription of a group, as the group knows it. */
export interface Joined {
  readonly subscriber: GroupSubscriber;
  readonly measurement: Measurement;
}
