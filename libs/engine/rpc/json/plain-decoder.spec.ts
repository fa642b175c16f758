import { type DescMessage, fromJson, type JsonObject } from '@bufbuild/protobuf';
import { ListAppsRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import fc from 'fast-check';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { features } from '#libs/registry/features.js';
import { jsonFor } from '../../../../test/support/any-json.js';
import { everyKind } from '../../../../test/support/every-kind.js';
import { decoderOf } from './decode.js';
import { invalidFieldIn } from './decode-error.js';
import { plainDecoderOf } from './plain-decoder.js';
import { prunerOf } from './pruner.js';

const servedCalls = features.calls.map(({ method }) => method);

describe('the plain decoder', () => {
  const schemas = [...servedCalls.map(({ input }) => input), everyKind].map((schema) => [schema.name, schema] as const);

  it.each(schemas)('decodes %s to the same message, or error, as the slow decoder', (_, schema) => {
    const decode = decoderOf(schema);
    fc.assert(
      fc.property(jsonFor(schema), (json) => {
        expect(outcome(() => decode(json))).toEqual(outcome(() => decodeSlowly(schema, json)));
      }),
    );
  });

  it('decodes the values of common requests', () => {
    const json = { query: { limit: 3, asc: true }, queries: [{ nameQuery: { name: 'n', method: 1 } }], other: 1 };
    expect(plainDecoderOf(ListAppsRequestSchema)(json)).toEqual(decodeSlowly(ListAppsRequestSchema, json));
  });
});

function decodeSlowly(schema: DescMessage, json: JsonObject): unknown {
  const pruned = prunerOf(schema)(json);
  try {
    return fromJson(schema, pruned);
  } catch {
    const { field, rule } = invalidFieldIn(schema, pruned);
    throw ContractError.invalidField(field, rule);
  }
}

function outcome(decode: () => unknown): object {
  try {
    return { message: decode() };
  } catch (error) {
    return { error: String(error) };
  }
}
