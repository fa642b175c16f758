import { createHash, timingSafeEqual } from 'node:crypto';
import { derivedId, derivedSecret } from './derived-secret.js';
import type { IssuerRecord } from './issuer-file.js';

const PASSWORD_BYTES = 9; // 12 characters

/** A user whom the development issuer knows. */
export interface DevelopmentUser {
  readonly id: string;
  /** The name with which the user signs in. */
  readonly loginName: string;
  readonly displayName: string;
  readonly organization: string;
  readonly roles: readonly string[];
}

/** A user who signs in with a password. */
export interface PasswordUser extends DevelopmentUser {
  readonly password: string;
}

/** The user without a password, who signs assertions (RFC 7523). */
export function machineUserOf(record: IssuerRecord): DevelopmentUser {
  return {
    id: derivedId(record, 'machine user'),
    loginName: 'machine',
    displayName: 'Machine user',
    organization: record.organization,
    roles: ['IAM_OWNER'],
  };
}

/**
 * The users who can sign in: one with every permission, one who only reads, and one of another organization. Their
 * passwords are derived from the issuer's key, so every installation has others.
 */
export function passwordUsersOf(record: IssuerRecord): readonly PasswordUser[] {
  const user = (
    loginName: string,
    displayName: string,
    role: string,
    id = derivedId(record, `user ${loginName}`),
    organization = record.organization,
  ): PasswordUser => ({
    id,
    loginName,
    displayName,
    organization,
    roles: [role],
    password: derivedSecret(record, `password of ${loginName}`, PASSWORD_BYTES).toString('base64url'),
  });
  return [
    user('administrator', 'Administrator', 'IAM_OWNER', record.user),
    user('viewer', 'Viewer', 'IAM_OWNER_VIEWER'),
    user('other', 'Owner of another organization', 'ORG_OWNER', undefined, derivedId(record, 'other organization')),
  ];
}

/** The user of this id, with or without a password; undefined: there is none. */
export function userOf(record: IssuerRecord, id: string): DevelopmentUser | undefined {
  return [...passwordUsersOf(record), machineUserOf(record)].find((user) => user.id === id);
}

/** The user whose login name and password these are; undefined: nobody's. */
export function signedInUser(record: IssuerRecord, loginName: string, password: string): PasswordUser | undefined {
  const user = passwordUsersOf(record).find((candidate) => candidate.loginName === loginName.trim().toLowerCase());
  return user !== undefined && isSame(user.password, password) ? user : undefined;
}

function isSame(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
