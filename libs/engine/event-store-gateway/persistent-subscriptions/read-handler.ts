import type { IncomingHttpHeaders } from 'node:http2';
import { assertReadable, authorizationOf, userNameIn } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import type { CallHandler } from '../grpc/call-handler.js';
import type { GrpcCall } from '../grpc/grpc-call.js';
import { invalidArgument } from '../grpc-errors.js';
import { encodeConfirmation } from '../streams/read-responses.js';
import { groupId } from './group-definition.js';
import type { PersistentSubscriptions } from './persistent-subscriptions.js';
import { decodeReadReq, encodeDelivery, type ReadOptions } from './read-codec.js';
import type { RunningGroup } from './running-group.js';

/**
 * Handles Read, the bidirectional call of one subscriber: options, confirmation, then deliveries against acks and
 * nacks. However the call ends, its in-flight messages go to other subscribers.
 */
export function persistentReadHandler({ access }: GatewayContext, subscriptions: PersistentSubscriptions): CallHandler {
  return (call) => {
    assertReadable(access, call.headers);
    const subscription = new Subscription(call, subscriptions);
    call.onEnded(() => subscription.leave());
    call.receive({ message: (message) => subscription.receive(message), end: () => call.end() });
  };
}

class Subscription {
  #group: RunningGroup | undefined;
  #id = '';

  constructor(
    private readonly call: GrpcCall,
    private readonly subscriptions: PersistentSubscriptions,
  ) {}

  /**
   * @throws GatewayError the request is not valid
   * @throws RangeError the bytes are not a protobuf message
   */
  receive(bytes: Buffer): void {
    const message = decodeReadReq(bytes);
    if (message.kind === 'options') this.#join(message);
    else if (this.#group === undefined)
      throw invalidArgument('the first message of a subscription must hold the options');
    else if (message.kind === 'ack') this.#group.ack(this.#id, message.ids);
    else this.#group.nack(this.#id, message.ids, message.action, message.reason);
  }

  leave(): void {
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
      peer: call.peer,
      userName: userNameOf(call.headers),
      connectionName: String(call.headers['connection-name'] ?? ''),
      deliver: (event, retries) => {
        confirm();
        call.write(encodeDelivery(event, retries, uuids));
      },
      drop: (error) => call.fail(error),
    });
    this.#group = running;
    confirm();
  }
}

/** The user name that GetInfo reports, as in EventStoreDB. */
function userNameOf(headers: IncomingHttpHeaders): string {
  return userNameIn(authorizationOf(headers) ?? '') ?? 'anonymous';
}
