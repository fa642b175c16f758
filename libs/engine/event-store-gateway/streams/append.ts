import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { assertWritable } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import { gatewayErrorOf, invalidArgument, shuttingDown } from '../grpc-errors.js';
import { assertAppendable } from '../system-streams.js';
import { decodeProposedMessage, decodeTarget, type WriteTarget } from './append-requests.js';
import { encodeAppended, encodeWrongExpectedVersion } from './append-responses.js';
import { ProposedEvents } from './proposed-events.js';

/**
 * Handles Append, a client-streaming call: options first, then one event per message. Nothing is written before the
 * client has ended its side, so a broken connection leaves no partial append.
 */
export function appendHandler({ log, access, notifier }: GatewayContext) {
  return (call: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
    const append = new AppendRequest();
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
    // On shutdown an incomplete append ends with an error; a complete one is still answered.
    const forget = notifier.onClose(() => answer(shuttingDown()));
    call.on('cancelled', forget);
    void attempt(() => assertWritable(access, call.metadata));
    call.on('data', (message: Buffer) => void attempt(() => answered || append.add(message)));
    const finish = () => {
      if (answered || call.cancelled) return;
      forget();
      void attempt(async () => {
        const { stream, expected } = append.target();
        assertAppendable(access, stream);
        answer(null, encodeAppended(await log.append(stream, append.proposed.events, expected)));
      });
    };
    // A broken call emits `end` too; only in the next turn it is known to be cancelled.
    call.on('end', () => setImmediate(finish));
  };
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
