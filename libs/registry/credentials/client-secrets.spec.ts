import type { ClientDocument } from '#libs/registry/applications/index.js';
import { newClientSecret } from '#libs/registry/shared/client-secret.js';
import { checkSecret } from './client-secrets.js';

const { secret, hash: secretHash } = newClientSecret();
const client: ClientDocument = {
  id: '1',
  projectId: '2',
  state: 'active',
  clientId: '3',
  authMethod: 'basic',
  secretHash,
};
const { secretHash: _, ...withoutSecret } = client;

describe('a secret that a client presents', () => {
  it('is found among its secrets', () => {
    expect(checkSecret(client, secret, 0)).toMatchObject({ secret: { hash: secretHash } });
  });

  it('is refused when it is none of them', () => {
    expect(checkSecret(client, 'wrong', 0)).toEqual({ reason: 'wrong_secret' });
    expect(checkSecret(client, '', 0)).toEqual({ reason: 'wrong_secret' });
    expect(checkSecret(withoutSecret, secret, 0)).toEqual({ reason: 'wrong_secret' });
    expect(checkSecret(undefined, secret, 0)).toEqual({ reason: 'unknown_client' });
  });

  it('is refused at the same cost whether or not the client exists, and has a secret', () => {
    const costs = [client, withoutSecret, undefined].map((each) => {
      let hashes = 0;
      checkSecret(each, 'wrong', 0, () => {
        hashes += 1;
        return false;
      });
      return hashes;
    });
    expect(costs).toEqual([20, 20, 20]);
  });
});
