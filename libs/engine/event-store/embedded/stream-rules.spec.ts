import fc from 'fast-check';
import {
  firstVisibleRevision,
  isSoftDeleted,
  metadataStreamOf,
  revivedMetadata,
  rulesOf,
  SOFT_DELETED_METADATA,
  type StreamRules,
  streamDescribedBy,
} from './stream-rules.js';

function rules(metadata: string): StreamRules {
  return rulesOf('s', Buffer.from(metadata));
}

describe('the rules of a stream', () => {
  it('are read from its metadata', () => {
    expect(
      rules('{"$maxCount":2,"$maxAge":3,"$tb":4,"$acl":{"$r":["a"],"$w":"b"},"$cacheControl":5,"own":"\\"6"}'),
    ).toEqual({
      maxCount: 2n,
      maxAgeMs: 3000,
      truncateBefore: 4n,
    });
    expect(rulesOf('s', undefined)).toEqual({});
  });

  it.each([
    '',
    'null',
    '[]',
    '"text"',
    '{"$maxCount":0}',
    '{"$maxAge":-1,"$tb":1.5}',
    '{"$maxCount":"2"}',
    '{"$maxCount":2,"$tb":"1"}',
    '{"$maxCount":2.0}',
    '{"$maxCount":1e1}',
    '{"$maxCount":2,"$tb":9223372036854775808}',
    '{"$maxCount":2,"$maxAge":922337203686}',
    '{"$maxCount":2,"$cacheControl":"1"}',
    '{"$maxCount":2,"$tmp":1}',
    '{"$maxCount":2,"$acl":null}',
    '{"$maxCount":2,"$acl":{"read":"a"}}',
    '{"$maxCount":2,"$acl":{"$r":[1]}}',
    '{',
  ])('are none when the metadata is %j', (text) => expect(rules(text)).toEqual({}));

  it('mark a stream as deleted by the largest revision', () => {
    expect(isSoftDeleted(rules(SOFT_DELETED_METADATA))).toBe(true);
    expect(isSoftDeleted(rules('{"$tb":9007199254740991}'))).toBe(false);
    expect(isSoftDeleted(rules('{"$tb":9223372036854775806}'))).toBe(false);
    expect(isSoftDeleted({})).toBe(false);
  });

  it('keep all other fields of the metadata when the stream is recreated', () => {
    expect(revivedMetadata(Buffer.from('{"$tb":9223372036854775807,"own":1}'), 7n)).toBe('{"$tb":7,"own":1}');
    expect(revivedMetadata(Buffer.from('{}'), 0n)).toBe('{"$tb":0}');
    for (const other of ['"text"', 'text', 'null', '[]', '']) {
      expect(revivedMetadata(Buffer.from(other), 0n)).toBeUndefined();
    }
  });

  it('make only the newest metadata visible', () => {
    expect(rulesOf(metadataStreamOf('s'), undefined)).toEqual({ maxCount: 1n });
    expect(streamDescribedBy('$$s')).toBe('s');
    expect([streamDescribedBy('$$'), streamDescribedBy('$s'), streamDescribedBy('s')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('make exactly those events visible that no rule hides', () => {
    const some = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }),
        some(35),
        some(60),
        some(35),
        (gaps, count, age, before) => {
          let clock = 0;
          const times = gaps.map((gap) => (clock += gap));
          const now = clock + 5;
          const first = firstVisibleRevision(
            {
              ...(count && { maxCount: BigInt(count) }),
              ...(age && { maxAgeMs: age }),
              ...(before !== undefined && { truncateBefore: BigInt(before) }),
            },
            BigInt(times.length - 1),
            now,
            (revision) => times[Number(revision)] ?? Number.NaN,
          );
          const hidden = (time: number, index: number) =>
            (count && index < times.length - count) || (age && time < now - age) || index < (before ?? 0);
          const seen = times.flatMap((time, index) => (hidden(time, index) ? [] : [index]));
          const expected = seen[0] ?? times.length;
          expect(Number(first) >= times.length ? times.length : Math.max(0, Number(first))).toBe(expected);
        },
      ),
    );
  });
});
