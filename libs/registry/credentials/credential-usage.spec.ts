import { join } from 'node:path';
import { Registry } from 'prom-client';
import {
  type EmbeddedLatestTimes,
  openEmbeddedLatestTimes,
} from '#libs/engine/documents/embedded/embedded-latest-times.js';
import { silentLog } from '../../../test/support/silent-log.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { CredentialUsage, MAX_PENDING } from './credential-usage.js';

const STARTED_AT = 1_000;

/** Credentials that are not left to wait for the next minute. */
const MANY = 60_000;

describe('the last use of credentials', () => {
  let folder: string;
  let times: EmbeddedLatestTimes;
  let usage: CredentialUsage;
  let registry: Registry;
  let lines: string[];

  const log = {
    ...silentLog,
    warn: (_: object, text: string) => void lines.push(text),
    error: (_: object, text: string) => void lines.push(text),
    info: (_: object, text: string) => void lines.push(text),
  };
  const open = (readOnly = false) => {
    times = openEmbeddedLatestTimes(folder, { readOnly, log: silentLog });
    registry = new Registry();
    usage = new CredentialUsage(times, () => STARTED_AT, log, registry);
  };
  const metric = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value;

  beforeEach(() => {
    folder = join(tempFolder(), 'times');
    lines = [];
    open();
  });
  afterEach(() => times.close());

  it('is answered from memory at once, and from the store later', async () => {
    usage.used('app', 'secret', 5_000);
    expect(await usage.lastUsed('app', ['secret', 'other'])).toEqual(new Map([['secret', 5_000]]));
    await usage.store();
    usage.used('app', 'other', 6_000);
    expect(await usage.lastUsed('app', ['secret', 'other'])).toEqual(
      new Map([
        ['secret', 5_000],
        ['other', 6_000],
      ]),
    );
    expect(await usage.lastUsedOf(['app', 'unused'])).toEqual(new Map([['app', 6_000]]));
  });

  it('is the latest of all uses, when the clock is set back too', async () => {
    for (const now of [5_000, 7_000, 6_000]) usage.used('app', 'secret', now);
    await usage.store();
    usage.used('app', 'secret', 4_000);
    expect(await usage.lastUsed('app', ['secret'])).toEqual(new Map([['secret', 7_000]]));
    await usage.store();
    expect(await usage.lastUsed('app', ['secret'])).toEqual(new Map([['secret', 7_000]]));
  });

  it('is known while it is being stored', async () => {
    usage.used('app', 'secret', 5_000);
    const stored = usage.store();
    const seen = usage.lastUsed('app', ['secret']);
    usage.used('app', 'secret', 6_000);
    await stored;
    expect(await seen).toEqual(new Map([['secret', 5_000]]));
    expect(await usage.lastUsed('app', ['secret'])).toEqual(new Map([['secret', 6_000]]));
  });

  it('keeps the same credential id of two applications apart', async () => {
    usage.used('one', 'key', 5_000);
    usage.used('two', 'key', 6_000);
    await usage.store();
    expect(await usage.lastUsed('one', ['key'])).toEqual(new Map([['key', 5_000]]));
  });

  it('is stored once for many uses', async () => {
    for (let now = 5_000; now < 6_000; now += 1) usage.used('app', 'secret', now);
    await usage.store();
    expect(await metric('appledger_credential_uses_stored_total')).toBe(1);
    await usage.store();
    expect(await metric('appledger_credential_uses_stored_total')).toBe(1);
  });

  it('is stored when the process ends, and known to the next one', async () => {
    usage.onApplicationBootstrap();
    usage.used('app', 'secret', 5_000);
    await usage.onApplicationShutdown();
    await times.close();
    open();
    expect(await usage.lastUsed('app', ['secret'])).toEqual(new Map([['secret', 5_000]]));
    expect(await usage.countingBegan()).toBe(STARTED_AT);
  });

  it('waits in memory while the store is away, and is stored when it is back', async () => {
    await times.close();
    usage.used('app', 'secret', 5_000);
    await usage.store();
    await usage.store();
    expect(lines).toEqual([expect.stringContaining('cannot be stored: they are kept in memory')]);
    expect(await metric('appledger_credential_use_failures_total')).toBe(2);
    expect(await metric('appledger_credential_uses_pending')).toBe(1);
  });

  it('takes bounded memory while the store is away, and says what it does not keep', async () => {
    await times.close();
    usage.used('app', 'secret', 5_000);
    await usage.store();
    for (let index = 0; index < MAX_PENDING + 4; index += 1) usage.used(`app ${index}`, 'secret', 5_000);
    usage.used('app', 'secret', 6_000);
    expect(await metric('appledger_credential_uses_pending')).toBe(MAX_PENDING);
    expect(await metric('appledger_credential_uses_dropped_total')).toBe(5);
    expect(lines.filter((line) => line.includes('are not kept until'))).toHaveLength(1);
  });

  it('is stored without waiting when very many credentials are used', async () => {
    for (let index = 0; index < MANY; index += 1) usage.used(`app ${index}`, 'secret', 5_000);
    await usage.store();
    await usage.store();
    expect(await metric('appledger_credential_uses_dropped_total')).toBe(0);
    const ids = Array.from({ length: MANY }, (_, index) => `app ${index}`);
    expect((await usage.lastUsedOf(ids)).size).toBe(MANY);
  });

  it('is not kept where the data folder is only read, which is said once', async () => {
    await times.close();
    open(true);
    usage.onApplicationBootstrap();
    usage.used('app', 'secret', 5_000);
    expect(await usage.lastUsed('app', ['secret'])).toEqual(new Map());
    await usage.onApplicationShutdown();
    expect(lines).toEqual([expect.stringContaining('cannot be written')]);
  });
});
