import type { IncomingHttpHeaders } from 'node:http';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';

/** Milliseconds in each unit of a grpc-timeout. */
const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 };

/** The longest timer in Node (about 24 days); a longer timeout means no deadline. */
const MAX_TIMER_MS = 2_147_483_647;

/** The deadline of some work. */
export interface Deadline {
  /** The time of the deadline, by the clock of `performance.now()`. */
  readonly at: number;
  /** Throws when the deadline has passed; called before work begins. */
  check(): void;
  /** Rejects when the deadline passes while the work runs. */
  readonly expired: Promise<never>;
}

/**
 * How long the client waits for the answer, in milliseconds from now; undefined: without limit.
 *
 * @throws ContractError the header is invalid
 */
export function timeoutOf(headers: IncomingHttpHeaders): number | undefined {
  const grpc = headers['grpc-timeout'];
  if (grpc !== undefined) return timeoutIn('grpc-timeout', grpc, /^(\d{1,8})([HMSmun])$/);
  const connect = headers['connect-timeout-ms'];
  return connect === undefined ? undefined : timeoutIn('connect-timeout-ms', connect, /^(\d{1,10})()$/);
}

/**
 * Runs the work and returns its result. Rejects when the deadline passes; a later result is discarded.
 *
 * @param timeoutMs undefined: no deadline
 * @throws ContractError DEADLINE_EXCEEDED
 */
export async function within<T>(timeoutMs: number | undefined, work: (deadline?: Deadline) => Promise<T>): Promise<T> {
  if (timeoutMs === undefined || timeoutMs > MAX_TIMER_MS) return work();
  const at = performance.now() + timeoutMs;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(deadlineExceeded()), timeoutMs);
  });
  const check = () => {
    if (performance.now() >= at) throw deadlineExceeded();
  };
  try {
    return await Promise.race([work({ at, check, expired }), expired]);
  } finally {
    clearTimeout(timer);
  }
}

function deadlineExceeded(): ContractError {
  return ContractError.of(Code.DEADLINE_EXCEEDED, 'the deadline that the request set has passed');
}

function timeoutIn(name: string, value: string | readonly string[], form: RegExp): number {
  const [, amount, unit = ''] = (typeof value === 'string' && form.exec(value)) || [];
  if (amount === undefined) throw ContractError.invalidField(name, 'is no timeout as the protocol writes it');
  return Number(amount) * (UNITS[unit] ?? 1);
}
