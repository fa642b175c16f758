import { create, type DescMessage, toJson } from '@bufbuild/protobuf';
import { GetAppByIDResponseSchema } from '@zitadel/proto/zitadel/management_pb.js';
import fc from 'fast-check';
import { features } from '#libs/registry/features.js';
import { initOf } from '../../../../test/support/any-message.js';
import { everyKind } from '../../../../test/support/every-kind.js';
import { cacheJson } from './cached-json.js';
import { encoderOf } from './encode.js';

const servedCalls = features.calls.map(({ method }) => method);

const schemas = [...servedCalls.map(({ output }) => output), everyKind].map((schema) => [schema.name, schema] as const);

describe('encoding', () => {
  it.each(schemas)('of %s equals the output of protobuf-es', (_, schema) => {
    const encode = encoderOf(schema);
    fc.assert(
      fc.property(initOf(schema, { faulty: false, levels: levelsOf(schema) }), (init) => {
        expect(encode(init as never)).toBe(plainly(schema, init));
      }),
    );
  });

  it.each(schemas)('of %s fails with the error of protobuf-es', (_, schema) => {
    const encode = encoderOf(schema);
    fc.assert(
      fc.property(initOf(schema, { faulty: true, levels: levelsOf(schema) }), (init) => {
        expect(outcome(() => encode(init as never))).toEqual(outcome(() => plainly(schema, init)));
      }),
    );
  });

  it('writes an immutable message once, and any other message each time', () => {
    const encode = encoderOf(GetAppByIDResponseSchema);
    const kept = cacheJson({ name: 'first' });
    const free = { name: 'first' };
    const [before, freeBefore] = [encode({ app: kept }), encode({ app: free })];
    kept.name = free.name = 'second';
    expect([encode({ app: kept }), before]).toEqual([before, '{"app":{"name":"first"}}']);
    expect([freeBefore, encode({ app: free })]).toEqual([before, '{"app":{"name":"second"}}']);
  });

  it('leaves out zero values, and writes all others', () => {
    const details = { sequence: 2n, changeDate: { seconds: 1_712_723_476n, nanos: 326_000_000 }, resourceOwner: '' };
    const config = { case: 'apiConfig', value: { clientId: 'c', authMethodType: 0 } } as const;
    expect(encoderOf(GetAppByIDResponseSchema)({ app: { name: 'a "b"', state: 1, details, config } })).toBe(
      '{"app":{"details":{"sequence":"2","changeDate":"2024-04-10T04:31:16.326Z"},"state":"APP_STATE_ACTIVE",' +
        '"name":"a \\"b\\"","apiConfig":{"clientId":"c"}}}',
    );
  });
});

/** The message with every kind of field contains itself several times: deeper samples would be large. */
function levelsOf(schema: DescMessage): number {
  return schema === everyKind ? 1 : 4;
}

function plainly(schema: DescMessage, init: object): string {
  return JSON.stringify(toJson(schema, create(schema, init as never)));
}

function outcome(encode: () => string): object {
  try {
    return { json: encode() };
  } catch (error) {
    return { error: String(error) };
  }
}
