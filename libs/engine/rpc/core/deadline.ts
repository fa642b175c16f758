import type { IncomingHttpHeaders } from 'node:http';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { MAX_TIMER_MS } from '#libs/engine/kernel/duration.js';
import { timeoutIn } from '#libs/engine/kernel/grpc-wire.js';

const CONNECT_TIMEOUT = /^\d{1,10}$/;

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
  if (grpc !== undefined) return timeoutIn(`${grpc}`) ?? invalid('grpc-timeout');
  const connect = headers['connect-timeout-ms'];
  if (connect === undefined) return undefined;
  return CONNECT_TIMEOUT.test(`${connect}`) ? Number(connect) : invalid('connect-timeout-ms');
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

function invalid(header: string): never {
  throw ContractError.invalidField(header, 'is no timeout as the protocol writes it');
}
