import { AddressRefusedError, checkedLookup } from './checked-lookup.js';

describe('the look-up of a name', () => {
  const lookUp = (name: string, all: boolean, allowPrivate = false) =>
    new Promise<unknown>((resolve) =>
      checkedLookup({ allowPrivate })(name, { all }, (error, address) => resolve(error ?? address)),
    );

  it.each([true, false])('refuses a name that leads to this machine (all addresses: %s)', async (all) => {
    const refused = await lookUp('localhost', all);
    expect(refused).toBeInstanceOf(AddressRefusedError);
    expect(refused).toMatchObject({ message: 'localhost must lead to a public address' });
  });

  it('finds it where private addresses are allowed', async () => {
    expect(await lookUp('localhost', false, true)).toMatch(/^(127\.0\.0\.1|::1)$/);
  });

  it.each(['169.254.169.254', '::ffff:169.254.169.254'])(
    'refuses the metadata of a cloud also where private addresses are allowed: %s',
    async (address) => {
      const refused = await lookUp(address, true, true);
      expect(refused).toMatchObject({ message: `${address} must not lead to the metadata of a cloud` });
    },
  );

  it.each([true, false])('says that a name has no address (all addresses: %s)', async (all) => {
    expect(await lookUp('no-such-name.invalid', all)).toMatchObject({
      message: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    });
  });
});
