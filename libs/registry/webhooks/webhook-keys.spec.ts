import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { WebhookKeys } from './webhook-keys.js';

const key = (byte: number) => Buffer.alloc(32, byte);
const configured = (...keys: readonly Buffer[]) =>
  new WebhookKeys({ webhooksKey: keys, eventStoreUrl: undefined, dataDir: '' });
const inFolder = async (dataDir: string, eventStoreUrl?: string) => {
  const keys = new WebhookKeys({ webhooksKey: undefined, eventStoreUrl, dataDir });
  await keys.onModuleInit();
  return keys;
};

describe('configured keys', () => {
  it('derive the same secret in every process, and another one for each webhook, secret and key', async () => {
    const keyId = (await configured(key(1)).current()) ?? '';
    const secret = configured(key(1)).secretOf('6001', { secretId: '7001', keyId });
    expect(secret).toBe(configured(key(1)).secretOf('6001', { secretId: '7001', keyId }));
    const otherId = (await configured(key(2)).current()) ?? '';
    const others = [
      configured(key(1)).secretOf('6002', { secretId: '7001', keyId }),
      configured(key(1)).secretOf('6001', { secretId: '7002', keyId }),
      configured(key(2)).secretOf('6001', { secretId: '7001', keyId: otherId }),
    ];
    expect(new Set([secret, ...others]).size).toBe(4);
    for (const each of [secret, ...others]) expect(each).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });

  it('make secrets with the first, and keep those of the others; of a removed key there is none', async () => {
    const former = configured(key(1));
    const keyId = (await former.current()) ?? '';
    const both = configured(key(2), key(1));
    expect(await both.current()).not.toBe(keyId);
    const named = { secretId: '7001', keyId };
    expect(both.secretOf('6001', named)).toBe(former.secretOf('6001', named));
    expect(configured(key(2)).secretOf('6001', named)).toBeUndefined();
  });

  it('never change what they derive: receivers hold it', async () => {
    const keys = configured(key(7));
    expect(await keys.current()).toBe('ed1d1d35873ab3c9');
    expect(keys.secretOf('6001', { secretId: '7001', keyId: 'ed1d1d35873ab3c9' })).toBe(
      'whsec_lclK2Cx520nzudxPH+LKWpkeyRkGG8kkqxhbNb38T5E=',
    );
  });
});

describe('the key in the data folder', () => {
  it('is made once when it is first needed, readable by its owner alone, and found again', async () => {
    const folder = tempFolder();
    const keys = await inFolder(folder);
    const [one, other] = await Promise.all([keys.current(), keys.current()]);
    expect(one).toBe(other);
    expect(await (await inFolder(folder)).current()).toBe(one);
    const file = join(folder, 'webhooks-key.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const made = Buffer.from(JSON.parse(readFileSync(file, 'utf8')).key, 'base64');
    expect(await configured(made).current()).toBe(one);
  });

  it('is not replaced when it is damaged', async () => {
    const folder = tempFolder();
    for (const text of ['', '{}', '{"key":"c2hvcnQ="}', 'null']) {
      writeFileSync(join(folder, 'webhooks-key.json'), text);
      await expect(inFolder(folder)).rejects.toThrow(/webhooks-key.json is damaged: restore it/);
    }
  });

  it('is not used with EventStoreDB, where other processes would not have it', async () => {
    const keys = await inFolder(tempFolder(), 'esdb://127.0.0.1:2113?tls=false');
    expect(await keys.current()).toBeUndefined();
  });
});
