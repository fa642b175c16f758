import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  answersOf,
  copyOf,
  filesOf,
  makeSmallLog,
  type SmallLog,
  withLog,
} from '../../../../test/support/small-log.js';
import { memoryFolder } from '../../../../test/support/temp-folder.js';
import { salvageLog } from './salvage-log.js';
import { verifyLog } from './verify-log.js';

let small: SmallLog;
beforeAll(async () => {
  small = await makeSmallLog();
});

/** Changes one byte of a file. */
function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
  writeFileSync(file, bytes);
}

const segmentOf = (folder: string, index: number) =>
  filesOf(folder).filter(({ path }) => path.endsWith('.log'))[index]?.path ?? '';

describe('salvaging a log', () => {
  it('that is intact copies every event, with the same stream and revision', async () => {
    const to = join(memoryFolder(), 'events');
    const whole = copyOf(small, { withIndex: true });
    expect(await salvageLog(whole, to)).toEqual({ events: 15, damages: [], tornBytes: 0, hasGroups: true });
    const before = await withLog(whole, (log) => answersOf(log, small));
    expect(await withLog(to, (log) => answersOf(log, small))).toEqual(before);
    const identities = await Promise.all([whole, to].map((folder) => withLog(folder, async (log) => log.identity)));
    expect(new Set(identities).size).toBe(2);
  });

  it('with a damaged record copies all others, and reports the lost event', async () => {
    const damaged = copyOf(small, { withIndex: true });
    const segment = segmentOf(damaged, 0);
    flip(join(damaged, segment), 200);
    const to = join(memoryFolder(), 'events');
    const { damages, events } = await salvageLog(damaged, to);
    expect(events).toBe(14);
    expect(damages).toMatchObject([{ segment, position: 1, events: 1 }]);
    expect(await verifyLog(damaged)).toMatchObject({ events: 14, damages, indexFaults: [] });
    expect(await verifyLog(to)).toMatchObject({ events: 14, damages: [], indexFaults: [] });
    const revisions = await withLog(to, async (log) => {
      const page = await log.readStreamPage('a-1', { direction: 'forwards', from: 0n, maxEvents: 10 });
      return page.map(({ revision }) => revision);
    });
    expect(revisions).toEqual([0n, 2n, 3n, 4n]);
  });

  it('with damaged headers copies the records after them', async () => {
    const damaged = copyOf(small, { withIndex: false });
    for (const { path } of filesOf(damaged)) if (path.endsWith('.log')) flip(join(damaged, path), 12);
    const to = join(memoryFolder(), 'events');
    expect(await salvageLog(damaged, to)).toMatchObject({ events: 15 });
  });
});

describe('verifying a log', () => {
  it('finds an index that differs from the log', async () => {
    const folder = copyOf(small, { withIndex: true });
    const run = filesOf(folder).find(({ path }) => path.endsWith('.run'))?.path ?? '';
    flip(join(folder, run), 100);
    expect(await verifyLog(folder)).toMatchObject({
      damages: [],
      indexFaults: [expect.stringContaining('is damaged')],
    });
  });

  it('counts events and streams', async () => {
    const report = await verifyLog(copyOf(small, { withIndex: true }));
    expect(report).toMatchObject({ events: 15, streams: 7, position: 14, segments: 2, damages: [], indexFaults: [] });
  });
});
