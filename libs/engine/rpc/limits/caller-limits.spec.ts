import { accessRefusals } from '#libs/registry/access/access.refusals.js';
import { refused } from '#libs/registry/shared/refused.js';
import { CallerLimits, networkOf } from './caller-limits.js';

let now = 0;
let limits: CallerLimits;
beforeEach(() => {
  now = 1_000_000;
  limits = new CallerLimits({ perSecond: 0.5, burst: 2 }, () => now);
});

const good = async () => 'u1';
const bad = async () => Promise.reject(refused(accessRefusals, 'AUTH-7fs1e'));
const exhausted = expect.objectContaining({ code: 8, retryAfterSeconds: 2 });

describe('the limit per caller', () => {
  it('refuses calls beyond the burst and returns the time to wait', () => {
    limits.countUser('u1');
    limits.countUser('u1');
    expect(() => limits.countUser('u1')).toThrow(exhausted);
    limits.countUser('u2');
    now += 2_000;
    limits.countUser('u1');
  });

  it('counts invalid tokens at the address, but not valid ones', async () => {
    for (let i = 0; i < 10; i += 1) await limits.verifying('10.0.0.1', good);
    await expect(limits.verifying('10.0.0.1', bad)).rejects.toThrow('AUTH-7fs1e');
    await expect(limits.verifying('10.0.0.1', bad)).rejects.toThrow('AUTH-7fs1e');
    await expect(limits.verifying('10.0.0.1', bad)).rejects.toEqual(exhausted);
    await expect(limits.verifying('10.0.0.2', good)).resolves.toEqual('u1');
  });

  it('counts concurrent invalid tokens before any of them is verified', async () => {
    const answers = await Promise.allSettled([1, 2, 3].map(() => limits.verifying('10.0.0.1', bad)));
    expect(answers[2]).toEqual({ status: 'rejected', reason: exhausted });
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['', ''],
  ])('counts %j as %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
