import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOf, smallEvent } from '../../../../test/support/small-log.js';
import { memoryFolder } from '../../../../test/support/temp-folder.js';
import { DamagedLogError } from './damage.js';
import { MARK_EVENTS } from './index/recent-index.js';
import { EmbeddedLog } from './log.js';
import type { OpenOptions } from './open-log.js';
import { verifyLog } from './verify-log.js';

const STREAMS = 5;
/** A run is written at each close, and is not merged with those before it, because each is larger than all after it. */
const EVENTS_OF_RUNS = [MARK_EVENTS, MARK_EVENTS / 2, MARK_EVENTS / 4, MARK_EVENTS / 8];
const EVENTS = 120;

let made: string;
beforeAll(async () => {
  made = await makeLog();
});

/** A log in several segments, whose index has several runs. */
async function makeLog(): Promise<string> {
  const folder = join(memoryFolder(), 'events');
  let event = 0;
  for (const events of EVENTS_OF_RUNS) {
    const log = await open(folder, { maxSegmentBytes: 2_000 });
    for (const end = event + events; event < end; event += 1) await log.append(streamOf(event), [smallEvent()], 'any');
    await log.close();
  }
  return folder;
}

const streamOf = (event: number) => `s-${event % STREAMS}`;

function open(folder: string, options: OpenOptions): Promise<EmbeddedLog> {
  return EmbeddedLog.open({ folder, readOnly: false }, options);
}

/** Every run with its bytes, and the number of its file, which is another one once it has been written again. */
function runsOf(folder: string) {
  const index = join(folder, 'index');
  return readdirSync(index)
    .sort()
    .map((name) => ({ name, file: statSync(join(index, name)).ino, bytes: readFileSync(join(index, name)) }));
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** A copy of the log after something was done to it. */
function spoiled(spoil: (runs: readonly string[], folder: string) => void): string {
  const folder = copyOf({ folder: made, answered: [] }, { withIndex: true });
  const paths = runsOf(folder).map(({ name }) => join(folder, 'index', name));
  expect(paths).toHaveLength(EVENTS_OF_RUNS.length);
  spoil(paths, folder);
  return folder;
}

const revisionsOf = async (log: EmbeddedLog, stream: string) =>
  (await log.readStreamPage(stream, { direction: 'forwards', from: 0n, maxEvents: 100 })).map(
    ({ revision }) => revision,
  );

describe('a run of the index that is not the last', () => {
  it.each([
    ['the first is damaged', ([first = '']: readonly string[]) => flip(first, 100)],
    ['the first has a damaged header', ([first = '']: readonly string[]) => flip(first, 0)],
    ['the first is missing', ([first = '']: readonly string[]) => rmSync(first)],
    ['the second is damaged', ([, second = '']: readonly string[]) => flip(second, 100)],
    [
      'the first and the third are missing',
      ([first = '', , third = '']: readonly string[]) => [first, third].map((path) => rmSync(path)),
    ],
  ])('is built again from its events as it was, and no other one is: %s', async (_, spoil) => {
    const folder = spoiled(spoil);
    const spoiltRuns = runsOf(folder);
    // Pieces of eight events, fewer than the first run has.
    const log = await open(folder, { eventsPerRun: 1 });
    for (let stream = 0; stream < STREAMS; stream += 1) {
      const events = EVENTS / STREAMS;
      expect(await revisionsOf(log, streamOf(stream))).toEqual(Array.from({ length: events }, (_, n) => BigInt(n)));
    }
    await log.close();
    const runs = runsOf(folder);
    const whole = runsOf(made);
    expect(runs.map(({ name, bytes }) => [name, bytes])).toEqual(whole.map(({ name, bytes }) => [name, bytes]));
    for (const { name, file, bytes } of spoiltRuns) {
      const isWhole = whole.some((run) => run.name === name && run.bytes.equals(bytes));
      if (isWhole) expect(runs.find((run) => run.name === name)?.file).toBe(file);
    }
    expect(await verifyLog(folder)).toMatchObject({ events: EVENTS, damages: [], indexFaults: [] });
  });

  it('with a damaged event leaves nothing to append to, because the stream of the event is not known', async () => {
    const folder = spoiled(([first = ''], folder) => {
      rmSync(first);
      const [segment = ''] = readdirSync(folder).filter((name) => name.endsWith('.log'));
      flip(join(folder, segment), 300);
    });
    for (const start of ['first', 'second']) {
      const log = await open(folder, {});
      expect([start, log.damages.map(({ events, stream }) => [events, stream])]).toEqual([start, [[1, undefined]]]);
      await expect(log.append('s-0', [smallEvent()], 'any')).rejects.toThrow(DamagedLogError);
      await expect(revisionsOf(log, 's-0')).rejects.toThrow(DamagedLogError);
      expect(await log.readAllPage({ direction: 'backwards', from: BigInt(EVENTS - 1), maxEvents: 10 })).toHaveLength(
        10,
      );
      await log.close();
    }
  });
});
