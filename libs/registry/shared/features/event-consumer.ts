import type { Type } from '@nestjs/common';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';

/**
 * Handles events in this process, in the order of the log, each at least once: a process that is killed handles the
 * last ones again. `event.id` tells a repetition.
 */
export interface EventConsumer<Event extends AnyEvent = AnyEvent> {
  /**
   * Handles one event. When it resolves, the effects are durable.
   *
   * @param signal is aborted when the consumer has to stop; the event may still be finished
   * @throws UnhandledEventError the consumer stops for good before this event; any other error is tried again
   */
  handle(event: DecodedEvent<Event>, signal: AbortSignal): Promise<void>;
}

/** What a consumer subscribes to. */
export interface Subscription {
  /** Names its checkpoint, log lines, health and metrics: to change it begins again with the first event. */
  readonly name: string;
  readonly types: readonly string[];
}

const subscriptions = new WeakMap<object, Subscription>();

/** Declares the name of a consumer's checkpoint, and the types of the events that it handles. */
export function ConsumesEvents(name: string, ...types: readonly [string, ...string[]]) {
  return (type: Type<EventConsumer<never>>): void => {
    subscriptions.set(type, { name, types });
  };
}

/** What a class of consumers subscribes to. @throws Error it is not declared with {@link ConsumesEvents} */
export function subscriptionOf(type: Type<EventConsumer<never>>): Subscription {
  const subscription = subscriptions.get(type);
  if (subscription === undefined) throw new Error(`${type.name} must be declared with @ConsumesEvents`);
  return subscription;
}
