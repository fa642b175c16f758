/** The part of a secret that every list of secrets has. */
export interface ListedSecret {
  readonly secretId: string;
  /** In milliseconds since 1970; undefined: it does not expire. */
  readonly expiresAt?: number;
}

/**
 * The former secrets after a new one has replaced them.
 *
 * @param formerSecretsEndAt until when they live on, RFC 3339, unless they expire earlier; undefined: they have ended
 */
export function afterReplacement<Secret extends ListedSecret>(
  former: readonly Secret[],
  formerSecretsEndAt: string | undefined,
): readonly (Secret & { readonly expiresAt: number })[] {
  if (formerSecretsEndAt === undefined) return [];
  const end = Date.parse(formerSecretsEndAt);
  return former.map((secret) => ({ ...secret, expiresAt: Math.min(end, secret.expiresAt ?? end) }));
}

/** The secrets with a change of one of them. */
export function withChanged<Secret extends ListedSecret>(
  secrets: readonly Secret[],
  secretId: string,
  change: (secret: Secret) => Secret,
): readonly Secret[] {
  return secrets.map((secret) => (secret.secretId === secretId ? change(secret) : secret));
}

/** The secrets without one of them. */
export function withoutSecret<Secret extends ListedSecret>(
  secrets: readonly Secret[],
  secretId: string,
): readonly Secret[] {
  return secrets.filter((secret) => secret.secretId !== secretId);
}

/** Whether a secret is refused because of its age: from the millisecond of its expiry on. */
export function hasExpired({ expiresAt }: ListedSecret, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}
