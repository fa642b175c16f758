import { hkdfSync } from 'node:crypto';

const SECRET_BYTES = 32; // 256 bits; Standard Webhooks takes 24 to 64 bytes
const KEY_ID_BYTES = 8;

/** What the specification of Standard Webhooks puts before a symmetric secret. */
const PREFIX = 'whsec_';

/**
 * Derives a signing secret from a key of the server (RFC 5869, HKDF with SHA-256), so that no secret is stored
 * (docs/decisions/0050-webhooks.md).
 *
 * @param secretId an id that is used once: another one gives another secret
 * @returns in the form of Standard Webhooks, `whsec_…`
 */
export function derivedSecret(key: Buffer, webhookId: string, secretId: string): string {
  return `${PREFIX}${derived(key, `secret ${secretId} of ${webhookId}`, SECRET_BYTES).toString('base64')}`;
}

/** The id of a key, which tells nothing of it. */
export function keyIdOf(key: Buffer): string {
  return derived(key, 'id of the key', KEY_ID_BYTES).toString('hex');
}

function derived(key: Buffer, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `appledger webhooks: ${purpose}`, bytes));
}
