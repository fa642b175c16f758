import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type DeliverySchema, DeliveryState } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import type { Attempt } from './sending/attempt.js';
import type { LoggedAttempt } from './state/attempt-log.js';
import type { EventReference, WaitingSubject } from './state/waiting-subject.js';

type DeliveryMessage = MessageInitShape<typeof DeliverySchema>;

/** An attempt as the contract answers it. */
export function attemptMessage(attempt: LoggedAttempt): DeliveryMessage {
  return {
    ...facts(attempt.event, attempt),
    state: attempt.outcome === 'delivered' ? DeliveryState.DELIVERED : DeliveryState.FAILED,
    attempts: attempt.number,
    replayId: attempt.replay ?? '',
  };
}

/** A subject that waits, as the contract answers it: its first event that is not delivered. @param replay empty: none */
export function waitingMessage(
  { event, last, failures, nextAt, parkedAt }: WaitingSubject,
  replay: string,
): DeliveryMessage {
  return {
    ...facts(event, last),
    attempts: failures,
    replayId: replay,
    ...(parkedAt === undefined
      ? { state: DeliveryState.FAILING, nextAttemptAt: timestampFromMs(nextAt) }
      : { state: DeliveryState.PARKED, parkedAt: timestampFromMs(parkedAt) }),
  };
}

function facts({ eventId, type, subject }: Pick<EventReference, 'eventId' | 'type' | 'subject'>, attempt: Attempt) {
  const { at, durationMs, status = 0, reason = '', answer } = attempt;
  return {
    eventId,
    type,
    subject,
    attemptedAt: timestampFromMs(at),
    duration: durationFromMs(durationMs),
    status,
    reason,
    answer,
  };
}
