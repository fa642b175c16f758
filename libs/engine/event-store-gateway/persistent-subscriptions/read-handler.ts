import type { Metadata, ServerDuplexStream } from '@grpc/grpc-js';
import { authorizationOf, readRefusal, userNameIn } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import { gatewayErrorOf, invalidArgument } from '../grpc-errors.js';
import { encodeConfirmation } from '../streams/read-responses.js';
import { groupId } from './group-definition.js';
import type { PersistentSubscriptions } from './persistent-subscriptions.js';
import { decodeReadReq, encodeDelivery, type ReadOptions } from './read-codec.js';
import type { RunningGroup } from './running-group.js';

type Call = ServerDuplexStream<Buffer, Buffer>;

/**
 * Handles Read, the bidirectional call of one subscriber: options, confirmation, then deliveries against acks and
 * nacks. However the call ends, its in-flight messages go to other subscribers.
 */
export function persistentReadHandler({ access }: GatewayContext, subscriptions: PersistentSubscriptions) {
  return (call: Call): void => {
    const refusal = readRefusal(access, call.metadata);
    if (refusal !== undefined) {
      call.emit('error', refusal);
      return;
    }
    const subscription = new Subscription(call, subscriptions);
    call.on('data', (message: Buffer) => {
      try {
        subscription.receive(message);
      } catch (error) {
        call.emit('error', gatewayErrorOf(error));
      }
    });
    call.on('end', () => {
      subscription.leave();
      call.end();
    });
    for (const end of ['cancelled', 'error', 'close']) call.on(end, () => subscription.leave());
  };
}

class Subscription {
  #group: RunningGroup | undefined;
  #id = '';
  #ended = false;

  constructor(
    private readonly call: Call,
    private readonly subscriptions: PersistentSubscriptions,
  ) {}

  /**
   * @throws GatewayError the request is not valid
   * @throws RangeError the bytes are not a protobuf message
   */
  receive(bytes: Buffer): void {
    if (this.#ended) return;
    const message = decodeReadReq(bytes);
    if (message.kind === 'options') this.#join(message);
    else if (this.#group === undefined)
      throw invalidArgument('the first message of a subscription must hold the options');
    else if (message.kind === 'ack') this.#group.ack(this.#id, message.ids);
    else this.#group.nack(this.#id, message.ids, message.action, message.reason);
  }

  leave(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#group?.leave(this.#id);
  }

  #join({ source, group, bufferSize, uuids }: ReadOptions): void {
    if (this.#group !== undefined) throw invalidArgument('the options of a subscription can be sent only once');
    const { call } = this;
    const running = this.subscriptions.group(source, group);
    let confirmed = false;
    // The first events are delivered during `join`. The confirmation has to precede them, but must not precede a
    // refusal.
    const confirm = () => {
      if (!confirmed) call.write(encodeConfirmation(groupId(source, group)));
      confirmed = true;
    };
    this.#id = running.join({
      bufferSize,
      peer: call.getPeer(),
      userName: userNameOf(call.metadata),
      connectionName: String(call.metadata.get('connection-name')[0] ?? ''),
      deliver: (event, retries) => {
        confirm();
        call.write(encodeDelivery(event, retries, uuids));
      },
      drop: (error) => call.emit('error', error),
    });
    this.#group = running;
    confirm();
  }
}

/** The user name that GetInfo reports, as in EventStoreDB. */
function userNameOf(metadata: Metadata): string {
  return userNameIn(authorizationOf(metadata) ?? '') ?? 'anonymous';
}
