import type { ClientDocument, ClientSecret } from '#libs/registry/applications/index.js';
import { newClientSecret, verifyClientSecret } from '#libs/registry/shared/client-secret.js';
import { checkSecret } from './client-secrets.js';

const { secret, stored: drawn } = newClientSecret('4');
const stored: ClientSecret = {
  secretId: '4',
  hash: drawn.secretHash,
  hint: '',
  name: '',
  createdAt: 0,
  createdBy: { user: 'u1' },
  disabled: false,
  replaced: false,
};
const client = (...secrets: readonly ClientSecret[]): ClientDocument => ({
  id: '1',
  projectId: '2',
  state: 'active',
  clientId: '3',
  authMethod: 'basic',
  secrets,
  details: { sequence: '2', creationDate: '', changeDate: '', resourceOwner: '5' },
});
const other = { ...stored, secretId: '9', hash: newClientSecret('9').stored.secretHash };

describe('a secret that a client presents', () => {
  it('is found among its secrets', () => {
    expect(checkSecret(client(stored), secret, 0)).toEqual({ secret: stored });
    expect(checkSecret(client(other, stored), secret, 0)).toEqual({ secret: stored });
  });

  it('is refused when it is none of them', () => {
    expect(checkSecret(client(stored), 'wrong', 0)).toEqual({ reason: 'wrong_secret' });
    expect(checkSecret(client(stored), '', 0)).toEqual({ reason: 'wrong_secret' });
    expect(checkSecret(client(), secret, 0)).toEqual({ reason: 'wrong_secret' });
    expect(checkSecret(undefined, secret, 0)).toEqual({ reason: 'unknown_client' });
  });

  it('is refused when it is disabled, and from the millisecond of its expiry on', () => {
    expect(checkSecret(client({ ...stored, disabled: true }), secret, 0)).toEqual({ reason: 'secret_disabled' });
    const expiring = { ...stored, expiresAt: 1_000 };
    expect(checkSecret(client(expiring), secret, 999)).toEqual({ secret: expiring });
    expect(checkSecret(client(expiring), secret, 1_000)).toEqual({ reason: 'secret_expired' });
  });

  it('is refused at the same cost whether or not the client exists, however many secrets it has', () => {
    const clients = [undefined, client(), client(other), client(other, other, other)];
    const costs = clients.map((each) => costOf(each, 'wrong'));
    const disabled = [client({ ...stored, disabled: true }), client(other, { ...stored, disabled: true })];
    expect([...costs, ...disabled.map((each) => costOf(each, secret))]).toEqual([20, 20, 20, 20, 20, 20]);
  });
});

/** The number of hashes that are made to check a secret. */
function costOf(each: ClientDocument | undefined, presented: string): number {
  let hashes = 0;
  checkSecret(each, presented, 0, (text, hashed) => {
    hashes += 1;
    return verifyClientSecret(text, hashed);
  });
  return hashes;
}
