import { status } from '@grpc/grpc-js';
import { GatewayError } from '../grpc-errors.js';

/** Milliseconds in each unit of a grpc-timeout. */
const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 };

/** The longest timer in Node (about 24 days). */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * How long a client waits for the end of a call, in milliseconds; undefined: without limit, or longer than a timer
 * lasts.
 *
 * @param header the header grpc-timeout
 * @throws GatewayError it is not valid
 */
export function timeoutOf(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const [, amount, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(`${header}`) ?? [];
  if (amount === undefined) throw new GatewayError(status.INTERNAL, 'the header grpc-timeout is not valid');
  const timeout = Number(amount) * (UNITS[unit] ?? 1);
  return timeout > MAX_TIMER_MS ? undefined : timeout;
}
