import type { Metadata, ServerDuplexStream } from '@grpc/grpc-js';
import { authorizationOf, readRefusal, userNameIn } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import { gatewayErrorOf, invalidArgument } from '../grpc-errors.js';
import { encodeConfirmation } from '../streams/read-answers.js';
import { groupId } from './group-definition.js';
import type { PersistentSubscriptions } from './persistent-subscriptions.js';
import { decodeReadMessage, encodeDelivery, type SubscribeRequest } from './read-messages.js';
import type { RunningGroup } from './running-group.js';

type Call = ServerDuplexStream<Buffer, Buffer>;

/**
 * Read: a client's end of a subscription. It comes with options, is confirmed, gets events, and says of each whether it
 * is done with it. When the call ends, in whatever way, others get what it had.
 */
export function subscribeHandler({ access }: GatewayContext, subscriptions: PersistentSubscriptions) {
  return (call: Call): void => {
    const refusal = readRefusal(access, call.metadata);
    if (refusal !== undefined) {
      call.emit('error', refusal);
      return;
    }
    const subscription = new Subscription(call, subscriptions);
    call.on('data', (message: Buffer) => {
      try {
        subscription.take(message);
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

  /** @throws GatewayError the message cannot be served; RangeError its bytes are no message */
  take(bytes: Buffer): void {
    if (this.#ended) return;
    const message = decodeReadMessage(bytes);
    if (message.kind === 'options') this.#join(message);
    else if (this.#group === undefined) throw invalidArgument('a subscription begins with its options');
    else if (message.kind === 'ack') this.#group.ack(this.#id, message.ids);
    else this.#group.nack(this.#id, message.ids, message.action, message.reason);
  }

  leave(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#group?.leave(this.#id);
  }

  #join({ source, group, bufferSize, uuids }: SubscribeRequest): void {
    if (this.#group !== undefined) throw invalidArgument('a subscription has its options already');
    const { call } = this;
    const running = this.subscriptions.group(source, group);
    let confirmed = false;
    // The first events are delivered while it joins; none must come before the confirmation, nor this before a refusal.
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

/** Who subscribes, as EventStoreDB shows it. */
function userNameOf(metadata: Metadata): string {
  return userNameIn(authorizationOf(metadata) ?? '') ?? 'anonymous';
}
