import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import { tempFolder } from '../../../../../test/support/temp-folder.js';
import { AlreadyConsumedError, GrantStore } from './grant-store.js';

const RECORDS = 64;
const MAX_ENTRIES = 2_048;

let now = 1_000_000;
let readModel: ReadModel;
let grants: GrantStore;
beforeEach(() => {
  readModel = openEmbeddedReadModel(tempFolder());
  grants = new GrantStore(readModel, () => now);
});
afterEach(() => readModel.close());

/** Every stored entry, by its key. */
async function stored(): Promise<Record<string, object>> {
  const all: Record<string, object> = {};
  for (let record = 0; record < RECORDS; record += 1) {
    const read = await readModel.record<{ entries: Record<string, object> }>(`development-issuer-${record}`);
    Object.assign(all, read?.value.entries);
  }
  return all;
}

describe('the grants of the development issuer', () => {
  it('are found until they expire or are removed', async () => {
    await grants.put('Grant', 'a', { jti: 'a', accountId: '1' }, 10);
    expect(await grants.find('Grant', 'a')).toEqual({ jti: 'a', accountId: '1' });
    expect(await grants.find('Session', 'a')).toBeUndefined();
    now += 10_000;
    expect(await grants.find('Grant', 'a')).toBeUndefined();
    await grants.put('Grant', 'a', { accountId: '2' }, 10);
    await grants.remove('Grant', 'a');
    await grants.remove('Grant', 'a');
    expect(await grants.find('Grant', 'a')).toBeUndefined();
  });

  it('are consumed once, by however many servers at the same time', async () => {
    await grants.put('AuthorizationCode', 'code', { grantId: 'g' }, 60);
    const other = new GrantStore(readModel, () => now);
    const uses = [grants, other, grants, other].map((store) => store.consume('AuthorizationCode', 'code'));
    const results = await Promise.allSettled(uses);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(AlreadyConsumedError);
    expect(await grants.find('AuthorizationCode', 'code')).toMatchObject({ consumed: Math.floor(now / 1000) });
    await expect(grants.consume('AuthorizationCode', 'unknown')).rejects.toThrow(AlreadyConsumedError);
  });

  it('remove their codes and tokens with them, and no others', async () => {
    await grants.put('RefreshToken', 'r', { grantId: 'g' }, 60);
    await grants.put('AuthorizationCode', 'c', { grantId: 'g' }, 60);
    await grants.put('RefreshToken', 'other', { grantId: 'h' }, 60);
    await grants.removeOfGrant('g');
    expect(await grants.find('RefreshToken', 'r')).toBeUndefined();
    expect(await grants.find('AuthorizationCode', 'c')).toBeUndefined();
    expect(await grants.find('RefreshToken', 'other')).toBeDefined();
  });

  it('find a session by its uid', async () => {
    await grants.put('Session', 'id', { jti: 'id', uid: 'u' }, 60);
    expect(await grants.findByUid('Session', 'u')).toEqual({ jti: 'id', uid: 'u' });
    expect(await grants.findByUid('Session', 'v')).toBeUndefined();
  });

  it('do not contain codes and tokens in plain text', async () => {
    await grants.put('RefreshToken', 'secret-token', { jti: 'secret-token', grantId: 'g' }, 60);
    expect(JSON.stringify(await stored())).not.toContain('secret-token');
  });

  it('are bounded: those that expire first are dropped', async () => {
    await grants.put('Grant', 'kept', {}, 1_000_000);
    for (let index = 0; index < MAX_ENTRIES * 1.5; index += 1)
      await grants.put('Interaction', `i${index}`, {}, 60 + index);
    expect(Object.keys(await stored()).length).toBeLessThanOrEqual(MAX_ENTRIES);
    expect(await grants.find('Grant', 'kept')).toBeDefined();
    expect(await grants.find('Interaction', 'i0')).toBeUndefined();
  });
});
