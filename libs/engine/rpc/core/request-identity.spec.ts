import { requestIdOf, saneId, traceparentOf } from './request-identity.js';

describe('an id from a client', () => {
  it.each(['a', 'x'.repeat(128), '~!'])('is accepted if it is valid: %.10s', (id) => {
    expect([saneId(id), requestIdOf(id)]).toEqual([id, id]);
  });

  it.each([undefined, '', 'a b', 'a\n', 'é', 'x'.repeat(129), ['a', 'b']])(
    'is replaced if it is invalid: %.10j',
    (id) => {
      expect(saneId(id)).toBeUndefined();
      expect(requestIdOf(id)).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('a trace context', () => {
  const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('is accepted if it is well-formed', () => {
    expect(traceparentOf(good)).toBe(good);
  });

  it.each([
    undefined,
    `${good}-x`,
    good.toUpperCase(),
    good.replace(/^00/, '01'),
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  ])('is ignored if it is %s', (header) => {
    expect(traceparentOf(header)).toBeUndefined();
  });
});
