/**
 * The upper limit of what EventStoreDB's client reads from and appends to a server of grpc-js on this machine: a bare
 * server that answers Read with the same message, as often as the client requests, and each append with success.
 *
 * BENCH_ANSWER: the message, as base64.
 */

import { once } from 'node:events';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { Server, ServerCredentials, type ServerDuplexStream, type ServerWritableStream } from '@grpc/grpc-js';
import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import {
  ServerFeaturesService,
  supportedMethods,
  supportedMethodsAnswer,
} from '#libs/engine/event-store-gateway/server-features.js';
import { writeSuccess } from '#libs/engine/event-store-gateway/streams/append-responses.js';
import { StreamsService } from '#libs/engine/event-store-gateway/streams/streams-service.js';

const answer = Buffer.from(process.env.BENCH_ANSWER ?? '', 'base64');
const { requestDeserialize } = streamsService.StreamsService.read;
const { batchAppend } = StreamsService;
const service = { read: { ...StreamsService.read, requestDeserialize }, batchAppend };
const writer = new ProtobufWriter();

const server = new Server();
server.addService(service, {
  async read(call: ServerWritableStream<InstanceType<typeof streams.ReadReq>, Buffer>): Promise<void> {
    for (let left = Number(call.request.getOptions()?.getCount() ?? 0); left > 0; left -= 1) {
      if (!call.write(answer)) await once(call, 'drain');
    }
    call.end();
  },
  batchAppend(call: ServerDuplexStream<Buffer, Buffer>): void {
    call.on('data', (request: Buffer) => {
      const fields = new ProtobufReader(request);
      fields.next(); // the correlation id
      writeSuccess(writer, 3, { revision: 0n, position: 0n });
      writer.bytes(1, fields.bytes());
      call.write(writer.finish());
    });
    call.on('end', () => call.end());
  },
});
const methods = supportedMethodsAnswer(supportedMethods([service]));
server.addService(ServerFeaturesService, {
  getSupportedMethods: (_call: unknown, answerWith: (error: null, value: unknown) => void) => answerWith(null, methods),
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`Bare grpc-js listens on http://127.0.0.1:${port}`);
});
process.once('SIGTERM', () => server.forceShutdown());
