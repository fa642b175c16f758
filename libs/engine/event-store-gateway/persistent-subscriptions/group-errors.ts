import { status } from '@grpc/grpc-js';
import { GatewayError } from '../grpc-errors.js';

/** No such group exists; `group` is empty when all groups of a stream were asked for. */
export function groupDoesNotExist(source: string, group: string): GatewayError {
  return groupError(
    status.NOT_FOUND,
    `Subscription group ${group} on stream ${source} does not exist.`,
    'persistent-subscription-does-not-exist',
    source,
    group,
  );
}

export function groupExists(source: string, group: string): GatewayError {
  return groupError(
    status.ALREADY_EXISTS,
    `Subscription group ${group} on stream ${source} exists.`,
    'persistent-subscription-exists',
    source,
    group,
  );
}

export function maximumSubscribersReached(source: string, group: string): GatewayError {
  return groupError(
    status.FAILED_PRECONDITION,
    `Maximum subscriptions reached for subscription group ${group} on stream ${source}.`,
    'maximum-subscribers-reached',
    source,
    group,
  );
}

/** The maximum number of groups has been reached. */
export function tooManyGroups(source: string, group: string, max: number): GatewayError {
  const reason = `the maximum of ${max} groups is reached: delete one first`;
  return groupFailed(source, group, reason, status.RESOURCE_EXHAUSTED);
}

/** Ends a subscription whose group was updated, deleted or restarted, or that sent a nack with `stop`. */
export function subscriptionDropped(source: string, group: string): GatewayError {
  return groupError(
    status.CANCELLED,
    `Subscription group ${group} on stream ${source} was dropped.`,
    'persistent-subscription-dropped',
    source,
    group,
  );
}

/** A group cannot be created or updated as requested. */
export function groupFailed(source: string, group: string, reason: string, code = status.INTERNAL): GatewayError {
  const text = `Subscription group ${group} on stream ${source} failed: '${reason}'`;
  return groupError(code, text, 'persistent-subscription-failed', source, group, { reason });
}

function groupError(
  code: status,
  text: string,
  exception: string,
  source: string,
  group: string,
  more: Readonly<Record<string, string>> = {},
): GatewayError {
  return new GatewayError(code, text, { exception, 'stream-name': source, 'group-name': group, ...more });
}
