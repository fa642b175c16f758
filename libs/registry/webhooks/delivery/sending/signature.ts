import { createHmac } from 'node:crypto';

/** What the receiver of a delivery verifies. */
export interface SignedMessage {
  /** The id of the event: the same in every attempt. */
  readonly id: string;
  /** When the attempt is made, in seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

const SECRET_PREFIX = 'whsec_';

/**
 * The header webhook-signature of Standard Webhooks: a signature for each secret, so that a receiver who knows one of
 * them can verify the message while a secret is replaced.
 *
 * @param secrets `whsec_` and base64; not empty
 */
export function signatureOf({ id, timestamp, body }: SignedMessage, secrets: readonly string[]): string {
  const signed = `${id}.${timestamp}.${body}`;
  return secrets.map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`).join(' ');
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret, 'base64');
}
