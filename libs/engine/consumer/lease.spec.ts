import { except, Projecting, until } from '../../../test/support/projecting.js';
import { Lease } from './lease.js';

let projecting: Projecting;
beforeEach(async () => {
  projecting = await Projecting.open();
});
afterEach(() => projecting.close());

/** One who wants the lease, and keeps count of what happens. */
class Candidate {
  readonly history: ('taken' | 'ended')[] = [];
  readonly lease: Lease;
  private running: Promise<void> | undefined;
  private reachable = true;

  constructor(name: string) {
    const readModel = except(projecting.readModel, {
      putRecord: (...args) => {
        if (!this.reachable) return Promise.reject(new Error('out of reach'));
        return projecting.readModel.putRecord(...args);
      },
    });
    this.lease = new Lease(readModel, 'a lease', name, {
      taken: () => this.history.push('taken'),
      ended: async () => {
        this.history.push('ended');
      },
    });
  }

  start(): void {
    this.running = this.lease.run();
  }

  async stop(): Promise<void> {
    this.lease.stop();
    await this.running;
  }

  /** It cannot write any more, as a process that has been stopped or cut off. */
  cutOff(): void {
    this.reachable = false;
  }
}

const candidate = (name: string) => projecting.start(new Candidate(name));

describe('a lease', () => {
  it('is held by one', async () => {
    const candidates = ['a', 'b', 'c'].map(candidate);
    const holders = () => candidates.filter(({ lease }) => lease.isHeld).length;
    await until(() => holders() > 0);
    expect(holders()).toBe(1);
  });

  it('goes to another when it is given back', async () => {
    const first = candidate('a');
    await until(() => first.lease.isHeld);
    const second = candidate('b');
    await first.stop();
    expect(first.history).toEqual(['taken', 'ended']);
    await until(() => second.lease.isHeld);
  });

  it('goes to another when its holder is cut off, which then stops', async () => {
    const first = candidate('a');
    await until(() => first.lease.isHeld);
    first.cutOff();
    const second = candidate('b');
    await until(() => second.lease.isHeld);
    await until(() => !first.lease.isHeld);
    expect(first.history).toEqual(['taken', 'ended']);
  });
});
