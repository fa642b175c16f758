import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
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
import { CommittedLog } from './committed-log.js';
import { DamagedLogError } from './damage.js';

let small: SmallLog;
beforeAll(async () => {
  small = await makeSmallLog();
});

async function read(folder: string, from?: number) {
  const log = await CommittedLog.open(folder);
  try {
    return [...log.groups(from)].flat();
  } finally {
    log.close();
  }
}

const segments = (folder: string) =>
  filesOf(folder).flatMap(({ path }) => (path.endsWith('.log') ? [join(folder, path)] : []));

describe('the committed events of a log', () => {
  it('are those that the log itself answers, also without an index, and from every position on', async () => {
    const folder = copyOf(small, { withIndex: false });
    const events = await read(folder);
    expect(segments(folder).length).toBeGreaterThan(1);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => BigInt(index)));
    for (const from of events.keys())
      expect((await read(folder, from)).map((one) => JSON.stringify(one))).toEqual(
        events.slice(from).map((one) => JSON.stringify(one)),
      );
    const answers = await withLog(copyOf(small, { withIndex: true }), (log) => answersOf(log, small));
    expect(JSON.stringify(events)).toBe(answers.all);
  });

  it('are read while the log is written', async () => {
    const folder = copyOf(small, { withIndex: true });
    const events = await read(folder);
    await withLog(folder, async (log) => {
      expect(JSON.stringify(await read(folder))).toBe(JSON.stringify(events));
      const { head } = log;
      await log.append('c-1', [{ ...FILLING, id: '4eb3c783-8828-4061-b64b-79f2da81731d' }], 'any');
      expect((await read(folder)).at(-1)?.position).toBe(head + 1n);
    });
  });

  it('end before a group that was not written to its end', async () => {
    const folder = copyOf(small, { withIndex: true });
    const events = await read(folder);
    const last = segments(folder).at(-1) ?? '';
    appendFileSync(last, readFileSync(last).subarray(64, 100));
    expect(JSON.stringify(await read(folder))).toBe(JSON.stringify(events));
  });

  it('are an error from a damaged record on, and at the end of a segment that was cut off', async () => {
    const folder = copyOf(small, { withIndex: true });
    const [first = ''] = segments(folder);
    const bytes = readFileSync(first);
    writeFileSync(
      first,
      Buffer.concat([bytes.subarray(0, 200), Buffer.from([(bytes[200] ?? 0) ^ 1]), bytes.subarray(201)]),
    );
    await expect(read(folder)).rejects.toThrow(DamagedLogError);
    writeFileSync(first, bytes.subarray(0, 300));
    await expect(read(folder)).rejects.toThrow(/segment 0+\d+\.log/);
    writeFileSync(
      first,
      Buffer.concat([bytes.subarray(0, 20), Buffer.from([(bytes[20] ?? 0) ^ 1]), bytes.subarray(21)]),
    );
    await expect(read(folder)).rejects.toThrow('header');
    await expect(read(memoryFolder())).rejects.toThrow('there is no event store');
  });
});

const FILLING = { type: 'Small', isJson: true, data: Buffer.from('{}'), metadata: Buffer.from('{}') };
