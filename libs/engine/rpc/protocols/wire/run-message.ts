import type { Message } from '@bufbuild/protobuf';
import type { Call } from '../../core/call.js';
import type { Exchange } from '../../core/call-context.js';
import type { AccessRule } from '../../core/contract.js';
import type { Protocol } from '../../core/protocol.js';
import type { CallRunner } from '../../core/run-call.js';

/**
 * Runs a call whose request is only a message. The message names the resource within which the permission must hold. A
 * message that cannot be decoded names none, so that a missing permission is reported first.
 */
export function runMessage(
  run: CallRunner,
  call: Call,
  protocol: Protocol,
  exchange: Exchange,
  decode: () => Message,
): Promise<object> {
  const read = once(decode);
  return run({ exchange, protocol, message: read, scope: () => scopeIn(call, read) });
}

/** The resource that a request names; undefined: none, or the request cannot be decoded. */
export function scopeIn({ scopeField }: AccessRule, read: () => Message): string | undefined {
  if (scopeField === undefined) return undefined;
  try {
    return (read() as Message & Readonly<Record<string, unknown>>)[scopeField] as string;
  } catch {
    return undefined;
  }
}

/** Decodes on first use. */
export function once(decode: () => Message): () => Message {
  let message: Message | undefined;
  return () => {
    message ??= decode();
    return message;
  };
}
