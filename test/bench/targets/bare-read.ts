/**
 * The upper limit of reads by EventStoreDB's client from grpc-js on this machine: a bare server that answers Read with
 * the same message, as often as the client requests.
 *
 * BENCH_ANSWER: the message, as base64.
 */

import { once } from 'node:events';
import serverFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { serverFeaturesHandlers, supportedMethods } from '#libs/engine/event-store-gateway/server-features.js';
import { StreamsService } from '#libs/engine/event-store-gateway/streams/streams-service.js';

const answer = Buffer.from(process.env.BENCH_ANSWER ?? '', 'base64');
const { requestDeserialize } = streamsService.StreamsService.read;
const service = { read: { ...StreamsService.read, requestDeserialize } };

const server = new Server();
server.addService(service, {
  async read(call: ServerWritableStream<InstanceType<typeof streams.ReadReq>, Buffer>): Promise<void> {
    for (let left = Number(call.request.getOptions()?.getCount() ?? 0); left > 0; left -= 1) {
      if (!call.write(answer)) await once(call, 'drain');
    }
    call.end();
  },
});
server.addService(serverFeaturesService.ServerFeaturesService, serverFeaturesHandlers(supportedMethods([service])));
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`Bare grpc-js listens on http://127.0.0.1:${port}`);
});
process.once('SIGTERM', () => server.forceShutdown());
