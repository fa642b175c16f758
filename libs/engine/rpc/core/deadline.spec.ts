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
    'is refused if it is invalid: %j',
    (headers) => {
      expect(() => timeoutOf(headers)).toThrow(/is no timeout/);
    },
  );
});

describe('work with a deadline', () => {
  it('is answered if it ends in time', async () => {
    expect(await within(600_000, async () => 'done')).toBe('done');
    expect(await within(99_999_999_999, async () => 'done')).toBe('done');
    expect(await within(undefined, async () => 'done')).toBe('done');
    await expect(within(600_000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });

  it('is abandoned when the deadline passes while it runs', async () => {
    await expect(within(1, never)).rejects.toMatchObject({ code: 4 });
  });

  it('can check before it begins whether the deadline has passed', async () => {
    const begun = within(0, async (deadline) => {
      deadline?.check();
      return 'begun';
    });
    await expect(begun).rejects.toMatchObject({ code: 4 });
  });

  it('is notified when the deadline passes while it runs', async () => {
    let told: Promise<unknown> | undefined;
    const given = within(1, (deadline) => {
      told = deadline?.expired.catch((error: unknown) => error);
      return never();
    });
    await expect(given).rejects.toMatchObject({ code: 4 });
    expect(await told).toMatchObject({ code: 4 });
  });
});
