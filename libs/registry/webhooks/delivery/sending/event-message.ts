import { encoderOf } from '#libs/engine/rpc/json/encode.js';
import { CloudEventSchema } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import type { CloudEvent } from '#libs/registry/feed/index.js';
import type { Message } from './sender.js';

const encode = encoderOf(CloudEventSchema);

/** An event as it is sent: the JSON is that of the feed. */
export function messageOfEvent(envelope: CloudEvent): Message {
  return { id: envelope.id, body: encode(envelope) };
}
