import { create, toBinary } from '@bufbuild/protobuf';
import { AddAPIAppRequestSchema, AddAPIAppResponseSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { frame } from '#libs/engine/rpc/protocols/wire/frame.js';
import { type Appledger, newApp, startAppledger } from './appledger.js';
import { type GrpcTarget, grpcTarget } from './grpc-load.js';
import { compare } from './load.js';
import { startProgram, withFolder } from './program.js';
import type { PartResult } from './report.js';
import { bearer, creationTarget, type Extent, figureOf, throughput } from './throughput.js';

const REST = 'Appledger over REST';
const GRPC = 'Appledger over gRPC';
const BARE = 'bare gRPC, a constant';

/** Measures the same creation over gRPC and REST, and the upper limit of Node's HTTP/2. */
export function benchProtocols({ rounds, seconds }: Extent): Promise<PartResult> {
  return withFolder(async (folder) => {
    const appledger = await startAppledger(folder);
    const bare = await startProgram('test/bench/targets/bare-grpc.js', { BENCH_ANSWER: answer().toString('base64') });
    try {
      const grpc = creationOverGrpc(appledger);
      const figures = await compare(
        [
          { ...creationTarget(appledger), name: REST },
          grpcTarget(grpc),
          grpcTarget({ ...grpc, name: BARE, url: bare.url }),
        ],
        rounds,
        seconds,
      );
      const rate = (name: string) => figureOf(figures, name).requestsPerSecond;
      return throughput('protocols', figures, [
        { what: 'of REST over gRPC', value: rate(GRPC) / rate(REST), atLeast: 0.5 },
      ]);
    } finally {
      await bare.stop();
      await appledger.program.stop();
    }
  });
}

function creationOverGrpc(appledger: Appledger): GrpcTarget {
  const [, projectId = ''] = /projects\/(\d+)/.exec(appledger.appsPath) ?? [];
  const next = () =>
    frame(toBinary(AddAPIAppRequestSchema, create(AddAPIAppRequestSchema, { projectId, ...newApp() })));
  const headers = { ...bearer(appledger), 'content-type': 'application/grpc', te: 'trailers' };
  const path = '/zitadel.management.v1.ManagementService/AddAPIApp';
  return { name: GRPC, url: appledger.program.url, path, headers, next };
}

/** An answer of realistic length. */
function answer(): Buffer {
  const at = { seconds: 1_700_000_000n, nanos: 326_000_000 };
  const details = { sequence: 2n, creationDate: at, changeDate: at, resourceOwner: '1'.repeat(19) };
  const fields = { appId: '1'.repeat(19), clientId: '1'.repeat(30), clientSecret: 'x'.repeat(43), details };
  return Buffer.from(toBinary(AddAPIAppResponseSchema, create(AddAPIAppResponseSchema, fields)));
}
