import type { Message } from '@bufbuild/protobuf';
import type { Call } from '../../core/call.js';
import type { Exchange } from '../../core/call-context.js';
import type { Protocol } from '../../core/protocol.js';
import type { CallRunner } from '../../core/run-call.js';

/**
 * Runs a call whose request is a message alone, with no path beside it: the project in which it must be permitted is
 * then in the message. One that cannot be read names none, so that who may not make the call is told that first.
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

function scopeIn({ scopeField }: Call, read: () => Message): string | undefined {
  if (scopeField === undefined) return undefined;
  try {
    return (read() as Message & Readonly<Record<string, unknown>>)[scopeField] as string;
  } catch {
    return undefined;
  }
}

/** Decodes at the first time that it is asked to. */
function once(decode: () => Message): () => Message {
  let message: Message | undefined;
  return () => {
    message ??= decode();
    return message;
  };
}
