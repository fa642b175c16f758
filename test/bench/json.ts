import { create, type DescMessage, fromJson, type JsonObject, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { AppState } from '@zitadel/proto/zitadel/app_pb.js';
import {
  AddAPIAppRequestSchema,
  AddAPIAppResponseSchema,
  ListAppsRequestSchema,
  ListAppsResponseSchema,
} from '@zitadel/proto/zitadel/management_pb.js';
import { decoderOf, parseBody } from '#libs/engine/rpc/json/decode.js';
import { encoderOf } from '#libs/engine/rpc/json/encode.js';
import { prunerOf } from '#libs/engine/rpc/json/pruner.js';
import type { PartResult } from './report.js';

/** Rounds in which both ways take turns. */
const ROUNDS = 9;
/** How long each way runs in a round, in milliseconds. */
const ROUND_MS = 200;
/** Runs between two looks at the clock. */
const BATCH = 50;

const LIST_ITEMS = 100;

interface Compared {
  readonly name: string;
  readonly ours: () => unknown;
  readonly theirs: () => unknown;
}

/** Compares the JSON of libs/engine/rpc/json with that of protobuf-es, in turns in one process. */
export async function benchJson(): Promise<PartResult> {
  const figures = compared().map(({ name, ours, theirs }) => {
    const times = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.ours.push(microseconds(ours));
      times.theirs.push(microseconds(theirs));
    }
    const [own, other] = [median(times.ours), median(times.theirs)];
    return {
      [`µs, ${name}, libs/engine/rpc/json`]: own,
      [`µs, ${name}, protobuf-es`]: other,
      [`times as long in protobuf-es, ${name}`]: other / own,
    };
  });
  return { part: 'json', figures: Object.assign({}, ...figures), aims: [] };
}

function compared(): readonly Compared[] {
  const at = timestampFromMs(1_764_000_000_123);
  const details = { sequence: 2n, creationDate: at, changeDate: at, resourceOwner: '228204398345880577' };
  const created = {
    appId: '228204399198372864',
    clientId: '228204399198372865',
    clientSecret: 'x'.repeat(43),
    details,
  };
  const app = (index: number) => ({
    id: `${228204399198372864n + BigInt(index)}`,
    name: `Client ${index}`,
    state: AppState.ACTIVE,
    details,
    config: { case: 'apiConfig' as const, value: { clientId: '228204399198372865', authMethodType: 0 } },
  });
  const listed = {
    details: { totalResult: 100n },
    result: Array.from({ length: LIST_ITEMS }, (_, index) => app(index)),
  };
  const creation = Buffer.from(JSON.stringify({ name: 'Billing', authMethodType: 'API_AUTH_METHOD_TYPE_BASIC' }));
  const query = { nameQuery: { name: 'Bill', method: 'TEXT_QUERY_METHOD_STARTS_WITH' } };
  const search = Buffer.from(JSON.stringify({ query: { offset: '20', limit: 50, asc: true }, queries: [query] }));
  return [
    encoding('answer to a creation', AddAPIAppResponseSchema, created),
    encoding(`list of ${LIST_ITEMS}`, ListAppsResponseSchema, listed),
    decoding('creation', AddAPIAppRequestSchema, creation),
    decoding('search', ListAppsRequestSchema, search),
    pruning('creation in two passes', AddAPIAppRequestSchema, creation),
  ];
}

function encoding<Desc extends DescMessage>(name: string, schema: Desc, init: MessageInitShape<Desc>): Compared {
  const encode = encoderOf(schema);
  return { name, ours: () => encode(init), theirs: () => JSON.stringify(toJson(schema, create(schema, init))) };
}

/** protobuf-es reads what `JSON.parse` has read; it keeps neither of the rules of decision 0016. */
function decoding(name: string, schema: DescMessage, body: Buffer): Compared {
  const decode = decoderOf(schema);
  const options = { ignoreUnknownFields: true };
  return {
    name,
    ours: () => decode(parseBody(body)),
    theirs: () => fromJson(schema, JSON.parse(body.toString('utf8')) as JsonObject, options),
  };
}

/** The same rules kept by pruning what JSON holds for the decoder of protobuf-es, as for values of a rarer form. */
function pruning(name: string, schema: DescMessage, body: Buffer): Compared {
  const [decode, prune] = [decoderOf(schema), prunerOf(schema)];
  return { name, ours: () => decode(parseBody(body)), theirs: () => fromJson(schema, prune(parseBody(body))) };
}

function microseconds(work: () => unknown): number {
  const began = performance.now();
  let runs = 0;
  while (performance.now() - began < ROUND_MS) {
    for (let i = 0; i < BATCH; i += 1) work();
    runs += BATCH;
  }
  return ((performance.now() - began) * 1_000) / runs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
