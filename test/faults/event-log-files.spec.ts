import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { verifyLog } from '#libs/engine/event-store/embedded/verify-log.js';
import { appledger } from '../support/cli.js';
import { answersOf, copyOf, makeSmallLog, SMALL, type SmallLog, smallEvent } from '../support/small-log.js';

/** So short that there are segments between the first one and the last one. */
const MAX_SEGMENT_BYTES = 500;

let small: SmallLog;
let whole: Readonly<Record<string, string>>;

beforeAll(async () => {
  small = await makeSmallLog(MAX_SEGMENT_BYTES);
  ({ answers: whole } = await opened(copyOf(small, { withIndex: true })));
});

const segmentsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.log'));
const runsIn = (folder: string) => readdirSync(join(folder, 'index')).filter((name) => name.endsWith('.run'));

/** The second segment of a log: neither its first nor its last one. */
function middle(folder: string): string {
  const [, second, third] = segmentsIn(folder);
  if (second === undefined || third === undefined) throw new Error('the log has too few segments');
  return join(folder, second);
}

/** Opens a log, and asks it everything. */
async function opened(folder: string) {
  const logged: string[] = [];
  const note = (_: object, text?: string) => logged.push(text ?? '');
  const logger = { info: () => undefined, warn: () => undefined, error: note };
  const log = await EmbeddedLog.open({ folder, readOnly: false }, { ...SMALL, log: logger });
  const atOnce = log.damages;
  const answers = await answersOf(log, small);
  const { damages } = log;
  await log.close();
  return { atOnce: [...atOnce], answers, damages, logged };
}

/** Expects that nothing is answered that differs from the whole log. @returns the number of refusals */
function expectRightOrRefused(answers: Readonly<Record<string, string>>): number {
  const given = Object.entries(answers).filter(([, answer]) => !answer.startsWith('refused'));
  for (const [question, answer] of given) expect({ question, answer }).toEqual({ question, answer: whole[question] });
  return Object.keys(answers).length - given.length;
}

/** The same for a log with one more event at its end, which only the answers about $all contain. */
function expectRightOrRefusedOfBefore(answers: Readonly<Record<string, string>>): void {
  const ofStreams = Object.entries(answers).filter(([question]) => !/all|half/.test(question));
  expect(expectRightOrRefused(Object.fromEntries(ofStreams))).toBeGreaterThan(0);
}

describe('a segment between others', () => {
  const folderAs = (change: (path: string) => void) => {
    const folder = copyOf(small, { withIndex: true });
    const path = middle(folder);
    change(path);
    return { folder, path };
  };
  const moveAway = (path: string) => renameSync(path, `${path}.bak`);

  it.each([
    ['missing', moveAway],
    ['cut to nothing', (path: string) => truncateSync(path, 0)],
    ['cut in its header', (path: string) => truncateSync(path, 30)],
    ['cut after its header', (path: string) => truncateSync(path, 64)],
    ['cut in its records', (path: string) => truncateSync(path, statSync(path).size - 100)],
    ['longer than it was', (path: string) => truncateSync(path, statSync(path).size + 512)],
  ])('that is %s is reported when the log is opened, once for all of its events', async (_, change) => {
    const { folder } = folderAs(change);
    const { atOnce, answers, damages, logged } = await opened(folder);
    expect(atOnce.length).toBeGreaterThan(0);
    expectRightOrRefused(answers);
    expect(damages).toEqual(atOnce);
    expect(logged).toHaveLength(atOnce.length);
    for (const { offset, end } of damages) expect(end).toBeGreaterThanOrEqual(offset);
    expect(logged.filter((line) => line.includes('-'))).toEqual(logged.filter((line) => /stream .*-\d/.test(line)));
    expect((await verifyLog(folder)).damages.length).toBeGreaterThan(0);
  });

  it('that is cut to nothing is left where it is', async () => {
    const { folder, path } = folderAs((each) => truncateSync(each, 0));
    await opened(folder);
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ])('in whose place is %s is reported, and all other events are answered', async (_, make) => {
    const { folder, path } = folderAs((each) => {
      moveAway(each);
      make(each);
    });
    const { atOnce, answers } = await opened(folder);
    expect(atOnce).toContainEqual(expect.objectContaining({ segment: basename(path), fault: 'it is not a file' }));
    const refused = expectRightOrRefused(answers);
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(Object.keys(answers).length);
    expect((await verifyLog(folder)).damages).toContainEqual(expect.objectContaining({ segment: basename(path) }));
  });
});

describe('a log whose files are changed while it is in use', () => {
  const used = async (change: (folder: string) => void) => {
    const folder = copyOf(small, { withIndex: true });
    const log = await EmbeddedLog.open({ folder, readOnly: false }, SMALL);
    await log.append('before', [smallEvent()], 'noStream');
    change(folder);
    return { folder, log };
  };

  it.each([
    ['cut', (folder: string) => truncateSync(middle(folder), 80)],
    ['removed', (folder: string) => rmSync(middle(folder))],
  ])('reports a segment that is %s as damage, and answers everything else', async (_, change) => {
    const { folder, log } = await used(change);
    const name = basename(middle(copyOf(small, { withIndex: true })));
    expectRightOrRefusedOfBefore(await answersOf(log, small));
    expect(log.damages).toContainEqual(expect.objectContaining({ segment: name }));
    expect(await log.append('after', [smallEvent()], 'noStream')).toMatchObject({ revision: 0n });
    await log.close();
    expect((await verifyLog(folder)).damages.length).toBeGreaterThan(0);
  });

  it('accepts no append when its last segment is removed: it would be gone with the process', async () => {
    const { log } = await used((folder) => rmSync(join(folder, segmentsIn(folder).at(-1) ?? '')));
    const removed = /is not written any more: .*\.log has been removed: restore a back-up, then restart/;
    await expect(log.append('after', [smallEvent()], 'noStream')).rejects.toThrow(removed);
    await expect(log.append('after', [smallEvent()], 'noStream')).rejects.toThrow(removed);
    expect(log.writeFailure?.message).toMatch(removed);
    await log.close();
  });
});

describe('an empty segment at the end', () => {
  it('which a crash can leave, is removed', async () => {
    const folder = copyOf(small, { withIndex: true });
    const path = join(folder, '0000000000000900.log');
    writeFileSync(path, '');
    const { damages, answers } = await opened(folder);
    expect([damages, answers, existsSync(path)]).toEqual([[], whole, false]);
  });
});

describe('the folder of the index', () => {
  it('may hold folders that are not of it', async () => {
    const folder = copyOf(small, { withIndex: true });
    mkdirSync(join(folder, 'index', 'lost+found'));
    const { damages, answers } = await opened(folder);
    expect([damages, answers]).toEqual([[], whole]);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(join(path, 'inside'), { recursive: true })],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ])('with %s in place of a run gets the run again', async (_, make) => {
    const folder = copyOf(small, { withIndex: true });
    const [run = ''] = runsIn(folder);
    rmSync(join(folder, 'index', run));
    make(join(folder, 'index', run));
    const { damages, answers } = await opened(folder);
    expect([damages, answers]).toEqual([[], whole]);
    expect(runsIn(folder).every((name) => statSync(join(folder, 'index', name)).isFile())).toBe(true);
  });
});

(process.platform === 'linux' ? describe : describe.skip)('a block that the disk cannot read', () => {
  const placeOf = ({ segment, offset }: { segment: string; offset: number }) => ({ segment, offset });
  const unreadable = (path: string, at: number) => ({
    NODE_OPTIONS: `--import ${resolve('test/support/failing-read.mjs')}`,
    FAIL_READ_OF: path,
    FAIL_READ_AT: `${at}`,
  });

  it('is damage of its records: verify lists them, and salvage copies all others', async () => {
    const folder = copyOf(await makeSmallLog(), { withIndex: true });
    const path = join(folder, segmentsIn(folder)[0] ?? '');
    const env = { APPLEDGER_DATA_DIR: dirname(folder), ...unreadable(path, 600) };
    const verified = await appledger(['log', 'verify', '--json'], env);
    expect([verified.code, verified.stderr]).toEqual([1, '']);
    const report = JSON.parse(verified.stdout);
    expect(report.damages).toContainEqual(expect.objectContaining({ segment: basename(path) }));

    const to = `${dirname(folder)}-salvaged`;
    const salvaged = await appledger(['log', 'salvage', to, '--json'], env);
    rmSync(to, { recursive: true, force: true });
    expect([salvaged.code, salvaged.stderr]).toEqual([1, '']);
    expect(JSON.parse(salvaged.stdout)).toMatchObject({ events: report.events, damages: report.damages.map(placeOf) });
    expect(report.events).toBeGreaterThan(0);
  });

  it('of a run of the index is damage of the run, which is built again at the start', async () => {
    const folder = copyOf(small, { withIndex: true });
    const [run = ''] = runsIn(folder);
    const env = { APPLEDGER_DATA_DIR: dirname(folder), ...unreadable(join(folder, 'index', run), 100) };
    const verified = await appledger(['log', 'verify', '--json'], env);
    expect([verified.code, verified.stderr]).toEqual([1, '']);
    const { damages, indexFaults } = JSON.parse(verified.stdout);
    expect([damages, indexFaults]).toEqual([[], expect.arrayContaining([expect.stringContaining(run)])]);
  });
});
