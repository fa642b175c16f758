import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { assertWritable } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import { gatewayErrorOf, invalidArgument, shuttingDown } from '../grpc-errors.js';
import { assertAppendable } from '../system-streams.js';
import { encodeAppended, encodeWrongExpectedVersion } from './append-answers.js';
import { decodeProposedMessage, decodeTarget, type WriteTarget } from './append-messages.js';
import { IncomingEvents } from './incoming-events.js';

/**
 * Append: the target, then an event a message, then one answer. Nothing is written before the client has ended its
 * side, so a connection that breaks leaves nothing behind.
 */
export function appendHandler({ log, access, hub }: GatewayContext) {
  return (call: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
    const append = new IncomingAppend();
    let answered = false;
    const answer: sendUnaryData<Buffer> = (error, value) => {
      if (answered) return;
      answered = true;
      forget();
      callback(error, value);
    };
    const attempt = async (step: () => unknown) => {
      try {
        await step();
      } catch (error) {
        if (error instanceof RevisionConflictError) answer(null, encodeWrongExpectedVersion(error));
        else answer(gatewayErrorOf(error));
      }
    };
    // From then on nothing of it comes in any more; an append that is wholly there is answered as usual.
    const forget = hub.onClose(() => answer(shuttingDown()));
    call.on('cancelled', forget);
    void attempt(() => assertWritable(access, call.metadata));
    call.on('data', (message: Buffer) => void attempt(() => answered || append.take(message)));
    const finish = () => {
      if (answered || call.cancelled) return;
      forget();
      void attempt(async () => {
        const { stream, expected } = append.target();
        assertAppendable(access, stream);
        answer(null, encodeAppended(await log.append(stream, append.incoming.events, expected)));
      });
    };
    // A call that breaks off ends as well, and is known to be cancelled only in the next turn.
    call.on('end', () => setImmediate(finish));
  };
}

/** An append on its way in. */
class IncomingAppend {
  readonly incoming = new IncomingEvents();
  #target: WriteTarget | undefined;

  /** @throws GatewayError, AppendTooLargeError, RangeError */
  take(message: Buffer): void {
    const reader = new ProtobufReader(message);
    while (reader.next()) {
      if (reader.field === 1) this.#target = decodeTarget(reader.bytes());
      else if (reader.field === 2) this.incoming.add(decodeProposedMessage(reader.bytes()));
    }
  }

  /** @throws GatewayError there is none */
  target(): WriteTarget {
    if (this.#target === undefined) throw invalidArgument('the first message must hold the options');
    return this.#target;
  }
}
