import { timeoutOf, within } from './deadline.js';

const never = () => new Promise<never>(() => {});

describe('a timeout', () => {
  it.each([
    [{ 'grpc-timeout': '2H' }, 7_200_000],
    [{ 'grpc-timeout': '3M' }, 180_000],
    [{ 'grpc-timeout': '4S' }, 4_000],
    [{ 'grpc-timeout': '5m' }, 5],
    [{ 'grpc-timeout': '500u' }, 0.5],
    [{ 'grpc-timeout': '0n' }, 0],
    [{ 'connect-timeout-ms': '1500' }, 1_500],
    [{}, undefined],
  ])('is read in every unit: %j', (headers, expected) => {
    expect(timeoutOf(headers)).toBe(expected);
  });

  it.each([{ 'grpc-timeout': '1' }, { 'grpc-timeout': 'S' }, { 'connect-timeout-ms': '1S' }])(
    'is refused when it is none: %j',
    (headers) => {
      expect(() => timeoutOf(headers)).toThrow(/is no timeout/);
    },
  );
});

describe('work with a deadline', () => {
  it('is answered when it comes to an end in time', async () => {
    expect(await within(600_000, async () => 'done')).toBe('done');
    expect(await within(99_999_999_999, async () => 'done')).toBe('done');
    expect(await within(undefined, async () => 'done')).toBe('done');
    await expect(within(600_000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });

  it('is given up when the time runs out while it runs', async () => {
    await expect(within(1, never)).rejects.toMatchObject({ code: 4 });
  });

  it('can tell that the time has run out before it begins', async () => {
    const begun = within(0, async (deadline) => {
      deadline?.check();
      return 'begun';
    });
    await expect(begun).rejects.toMatchObject({ code: 4 });
  });

  it('is told when the time runs out while it goes on', async () => {
    let told: Promise<unknown> | undefined;
    const given = within(1, (deadline) => {
      told = deadline?.expired.catch((error: unknown) => error);
      return never();
    });
    await expect(given).rejects.toMatchObject({ code: 4 });
    expect(await told).toMatchObject({ code: 4 });
  });
});
