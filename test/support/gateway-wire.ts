import { randomUUID } from 'node:crypto';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import persistentService from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import serverFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ClientReadableStream, credentials, type StatusObject } from '@grpc/grpc-js';

export const { Empty, StreamIdentifier, UUID } = shared;
export const { AppendReq, BatchAppendReq, DeleteReq, ReadReq, TombstoneReq } = streams;
export const { Options } = ReadReq;

/** The gRPC clients generated from EventStoreDB's protocol, for tests that look at the messages themselves. */
export type WireClients = ReturnType<typeof wireClients>;

/** Creates the generated clients of a gateway on loopback. */
export function wireClients(port: number) {
  const address = `127.0.0.1:${port}`;
  const insecure = credentials.createInsecure();
  const clients = {
    streams: new streamsService.StreamsClient(address, insecure),
    persistentSubscriptions: new persistentService.PersistentSubscriptionsClient(address, insecure),
    gossip: new gossipService.GossipClient(address, insecure),
    serverFeatures: new serverFeaturesService.ServerFeaturesClient(address, insecure),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.close();
    },
  };
}

export function identifier(stream: string) {
  const message = new StreamIdentifier();
  message.setStreamName(Buffer.from(stream).toString('base64'));
  return message;
}

/** Options of a ReadReq for a stream from its start. */
export function streamOptions(stream: string) {
  const source = new Options.StreamOptions();
  source.setStreamIdentifier(identifier(stream));
  source.setStart(new Empty());
  const options = commonOptions();
  options.setStream(source);
  return options;
}

/** Options of a ReadReq for $all from its start. */
export function allOptions() {
  const source = new Options.AllOptions();
  source.setStart(new Empty());
  const options = commonOptions();
  options.setAll(source);
  return options;
}

/** A read of $all with a filter, which EventStoreDB's Node client does not offer. */
export function filteredRead(
  of: 'stream' | 'type',
  { prefixes = [], regex = '' }: { readonly prefixes?: readonly string[]; readonly regex?: string },
  count = Number.MAX_SAFE_INTEGER,
) {
  const expression = new Options.FilterOptions.Expression();
  expression.setPrefixList([...prefixes]);
  expression.setRegex(regex);
  const filter = new Options.FilterOptions();
  if (of === 'stream') filter.setStreamIdentifier(expression);
  else filter.setEventType(expression);
  filter.setMax(2);
  filter.setCheckpointintervalmultiplier(1);
  const options = allOptions();
  options.setFilter(filter);
  options.setCount(`${count}`);
  return readRequest(options);
}

function commonOptions() {
  const options = new Options();
  options.setCount('9007199254740991');
  options.setNoFilter(new Empty());
  const uuids = new Options.UUIDOption();
  uuids.setString(new Empty());
  options.setUuidOption(uuids);
  return options;
}

export function readRequest(options: InstanceType<typeof Options>) {
  const request = new ReadReq();
  request.setOptions(options);
  return request;
}

/** A subscription to $all from its start. */
export function subscriptionToAll() {
  const options = allOptions();
  options.clearCount();
  options.setSubscription(new Options.SubscriptionOptions());
  return readRequest(options);
}

/** A random id. */
export function uuid() {
  const id = new UUID();
  id.setString(randomUUID());
  return id;
}

/** The messages of an Append of so many events to a stream. */
export function appendRequests(stream: string, events: number, expected: 'any' | 'noStream' = 'any') {
  const options = new AppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  if (expected === 'any') options.setAny(new Empty());
  else options.setNoStream(new Empty());
  const first = new AppendReq();
  first.setOptions(options);
  const others = Array.from({ length: events }, () => {
    const request = new AppendReq();
    request.setProposedMessage(withType(new AppendReq.ProposedMessage()));
    return request;
  });
  return [first, ...others];
}

/** A message of BatchAppend with one event; unless it is final, the append is incomplete. */
export function batchAppendRequest(stream: string, isFinal = true) {
  const options = new BatchAppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  options.setAny(new Empty());
  const request = new BatchAppendReq();
  request.setCorrelationId(uuid());
  request.setOptions(options);
  request.setIsFinal(isFinal);
  request.addProposedMessages(withType(new BatchAppendReq.ProposedMessage()));
  return request;
}

function withType<
  M extends InstanceType<typeof AppendReq.ProposedMessage> | InstanceType<typeof BatchAppendReq.ProposedMessage>,
>(proposed: M): M {
  proposed.setId(uuid());
  proposed.getMetadataMap().set('type', 't').set('content-type', 'application/json');
  return proposed;
}

interface Message {
  toObject(): object;
}

/** All messages of a server-streaming call, without unset fields, and how the call ended. */
export async function outcomeOf(call: ClientReadableStream<Message>) {
  const messages: Record<string, unknown>[] = [];
  call.on('data', (message: Message) => messages.push(withoutUnset(message.toObject())));
  call.on('error', () => {}); // The status event reports it as well.
  const status = await new Promise<StatusObject>((resolve) => call.on('status', resolve));
  const trailers = status.metadata.getMap();
  return { messages, code: status.code, details: status.details, trailers };
}

/** An object without undefined fields, empty texts and empty lists, as a wire trace shows it. */
export function withoutUnset(value: object): Record<string, unknown> {
  const entries = Object.entries(value).flatMap(([name, field]) => {
    if (field === undefined || field === '' || (Array.isArray(field) && field.length === 0)) return [];
    const plain = typeof field === 'object' && field !== null && !Array.isArray(field) ? withoutUnset(field) : field;
    return [[name, plain] as const];
  });
  return Object.fromEntries(entries);
}
