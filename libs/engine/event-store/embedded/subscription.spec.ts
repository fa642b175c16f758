import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import { EmbeddedLog } from './log.js';
import { subscribe } from './subscription.js';

const MAX_BATCH = 20;
const data = Buffer.from('{}');
const event = (type: string) => ({ id: randomUUID(), type, isJson: true, data, metadata: data });

describe('a subscription to the embedded log', () => {
  let log: EmbeddedLog;
  /** The events of each page that was read. */
  let pages: number[];
  beforeEach(async () => {
    log = await EmbeddedLog.open({ folder: join(tempFolder(), 'events'), readOnly: false });
    const types = Array.from({ length: 3_000 }, (_, index) => (index < 400 && index % 3 !== 0 ? 'Wanted' : 'Other'));
    await log.append('s', [...types, 'Wanted'].map(event), 'noStream');
    pages = [];
    const read = log.readAllPage.bind(log);
    log.readAllPage = async (page) => {
      const events = await read(page);
      pages.push(events.length);
      return events;
    };
  });
  afterEach(() => log.close());

  it('reads no more than the batch that it delivers, so that a slow subscriber holds no more', async () => {
    const seen: bigint[] = [];
    for await (const { events, position, caughtUp } of subscribe(log, {
      filter: { typePrefixes: ['Wanted'] },
      maxBatch: MAX_BATCH,
    })) {
      const considered = pages.splice(0).reduce((sum, each) => sum + each, 0);
      if (position < 400n) expect(considered).toBeLessThanOrEqual(2 * MAX_BATCH);
      expect(considered).toBeLessThanOrEqual(2_000 + MAX_BATCH);
      expect(events.length).toBeLessThanOrEqual(MAX_BATCH);
      seen.push(...events.map(({ position: place }) => place));
      if (caughtUp) break;
    }
    const wanted = Array.from({ length: 400 }, (_, index) => index).filter((index) => index % 3 !== 0);
    expect(seen).toEqual([...wanted, 3_000].map(BigInt));
  });

  it('reads a page once for subscriptions that are at about the same place', async () => {
    const [ahead, behind] = [{ maxBatch: 500 }, { maxBatch: 500 }].map((options) => subscribe(log, options));
    const first = await ahead?.next();
    await Promise.all([ahead?.next(), behind?.next()]);
    const second = await behind?.next();
    expect(pages).toEqual([500, 500]);
    expect(second?.value.events[0]).toMatchObject({ position: 500n });
    expect(first?.value.events[0]).toMatchObject({ position: 0n });
    await Promise.all([ahead?.return(undefined), behind?.return(undefined)]);
  });

  it('reads a page again that it could not read, or that was at the end of the log', async () => {
    const read = log.readAllPage.bind(log);
    log.readAllPage = async () => {
      throw new Error('damaged');
    };
    await expect(subscribe(log, {}).next()).rejects.toThrow('damaged');
    log.readAllPage = read;
    const atEnd = () => subscribe(log, { after: 2_998n }).next();
    expect((await atEnd()).value.events).toHaveLength(2);
    await log.append('s', [event('Late')], 3_000n);
    expect((await atEnd()).value.events).toHaveLength(3);
  });

  it('delivers what is before an event that cannot be read, and fails then', async () => {
    const read = log.readAllPage.bind(log);
    log.readAllPage = async (page) => {
      if (page.from > 10n) throw new Error('damaged');
      return read({ ...page, maxEvents: 11 - Number(page.from) });
    };
    const seen: bigint[] = [];
    const reading = async () => {
      for await (const { events } of subscribe(log, { maxBatch: MAX_BATCH })) {
        seen.push(...events.map(({ position }) => position));
      }
    };
    await expect(reading()).rejects.toThrow('damaged');
    expect(seen).toEqual(Array.from({ length: 11 }, (_, index) => BigInt(index)));
  });
});
