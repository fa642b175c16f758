import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { assertWritable } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import type { CallHandler } from '../grpc/call-handler.js';
import type { GrpcCall } from '../grpc/grpc-call.js';
import { invalidArgument, shuttingDown } from '../grpc-errors.js';
import { assertAppendable } from '../system-streams.js';
import { decodeProposedMessage, decodeTarget, type WriteTarget } from './append-requests.js';
import { encodeAppended, encodeWrongExpectedVersion } from './append-responses.js';
import { ProposedEvents } from './proposed-events.js';

/**
 * Handles Append, a client-streaming call: options first, then one event per message. Nothing is written before the
 * client has ended its side, so a broken connection leaves no partial append.
 */
export function appendHandler({ log, access, notifier }: GatewayContext): CallHandler {
  return (call) => {
    assertWritable(access, call.headers);
    const append = new AppendRequest();
    const write = async () => {
      try {
        const { stream, expected } = append.target();
        assertAppendable(access, stream);
        answer(call, encodeAppended(await log.append(stream, append.proposed.events, expected)));
      } catch (error) {
        if (error instanceof RevisionConflictError) answer(call, encodeWrongExpectedVersion(error));
        else call.fail(error);
      }
    };
    // On shutdown an incomplete append ends with an error; a complete one is still answered.
    const forget = notifier.onClose(() => call.fail(shuttingDown()));
    call.onEnded(forget);
    call.receive({
      message: (message) => append.add(message),
      // A client that cancels may end its side first: only in the next turn the call is known to be cancelled.
      end: () =>
        setImmediate(() => {
          if (call.ended) return;
          forget();
          void write();
        }),
    });
  };
}

function answer(call: GrpcCall, message: Buffer): void {
  call.write(message);
  call.end();
}

/** An append that is being received. */
class AppendRequest {
  readonly proposed = new ProposedEvents();
  #target: WriteTarget | undefined;

  /** @throws GatewayError, AppendTooLargeError, RangeError */
  add(message: Buffer): void {
    const reader = new ProtobufReader(message);
    while (reader.next()) {
      if (reader.field === 1) this.#target = decodeTarget(reader.bytes());
      else if (reader.field === 2) this.proposed.add(decodeProposedMessage(reader.bytes()));
    }
  }

  /** @throws GatewayError there were no options */
  target(): WriteTarget {
    if (this.#target === undefined) throw invalidArgument('the first message must hold the options');
    return this.#target;
  }
}
