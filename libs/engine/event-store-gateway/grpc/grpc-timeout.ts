import { status } from '@grpc/grpc-js';
import { MAX_TIMER_MS } from '#libs/engine/kernel/duration.js';
import { timeoutIn } from '#libs/engine/kernel/grpc-wire.js';
import { GatewayError } from '../grpc-errors.js';

/**
 * How long a client waits for the end of a call, in milliseconds; undefined: without limit, or longer than a timer
 * lasts.
 *
 * @param header the header grpc-timeout
 * @throws GatewayError it is not valid
 */
export function timeoutOf(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const timeout = timeoutIn(`${header}`);
  if (timeout === undefined) throw new GatewayError(status.INTERNAL, 'the header grpc-timeout is not valid');
  return timeout > MAX_TIMER_MS ? undefined : timeout;
}
