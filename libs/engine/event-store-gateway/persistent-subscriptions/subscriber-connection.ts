import type { GatewayError } from '../grpc-errors.js';
import type { ResolvedEvent } from '../resolved-event.js';
import type { ThroughputMeter } from './throughput-meter.js';

/** The connection of one subscriber: the server side of a Read call. */
export interface SubscriberConnection {
  /** Maximum number of in-flight messages. */
  readonly bufferSize: number;
  readonly peer: string;
  readonly userName: string;
  readonly connectionName: string;
  /** Sends an event to the client. Must not throw. */
  deliver(event: ResolvedEvent, retries: number): void;
  /** Ends the subscription with an error. Must not throw. */
  drop(error: GatewayError): void;
}

/** A subscriber that is connected to a running group. */
export interface ConnectedSubscriber {
  readonly connection: SubscriberConnection;
  readonly throughput: ThroughputMeter;
}
