import { inCurrentVersion } from '#libs/engine/events/upcast.js';
import { applicationEvents } from './application.events.js';
import { secretIdOf } from './secret-id.js';

const HASH = '$sha256$AAAAAAAAAAAAAAAAAAAAAA$uHbeI7WlKGrVR1FZBTUqrhDIu5R9cmOPqHXFjmkHrSU';
const event = { id: '1', type: 'event', stream: 'application-1001', revision: 0n } as never;

/** Data of version 1 in the current version. */
const upcast = (type: 'ApiConfigAdded' | 'ApiSecretChanged', data: object) =>
  inCurrentVersion(event, data, 1, applicationEvents[type]);

describe('a secret of version 1', () => {
  it('has the id that follows from its hash, in each of its events', () => {
    const secret = { secretId: secretIdOf(HASH), secretHash: HASH, secretHint: '' };
    const config = { appId: '1001', clientId: '3001', authMethod: 'basic' };
    expect(upcast('ApiConfigAdded', { ...config, secretHash: HASH })).toEqual({ ...config, ...secret });
    expect(upcast('ApiSecretChanged', { appId: '1001', secretHash: HASH })).toEqual({ appId: '1001', ...secret });
  });

  it('has the same id in every version of Appledger', () => {
    expect(secretIdOf(HASH)).toBe('105995470887476339');
  });

  it('has an id of 18 digits, different for each hash', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => secretIdOf(`${HASH}${index}`));
    expect(new Set(ids).size).toBe(10_000);
    for (const id of ids) expect(id).toMatch(/^\d{18}$/);
  });

  it('does not exist for a client that signs assertions', () => {
    const config = { appId: '1001', clientId: '3001', authMethod: 'privateKeyJwt' };
    expect(upcast('ApiConfigAdded', config)).toEqual(config);
  });
});
