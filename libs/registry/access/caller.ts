/** The authenticated caller and its grants. */
export interface Caller {
  /** The user's id; empty for a call that needs no authentication. */
  readonly user: string;
  /** The user's own organization, in which a call works unless it names another. */
  readonly organization: string;
  /** The client to which the token was issued. */
  readonly client?: string;
  readonly grants: readonly Grant[];
  /** When the token expires, in milliseconds since 1970; undefined: there is none. */
  readonly expiresAt?: number;
}

/** A role, and the organizations or the project in which it is granted. */
export interface Grant {
  readonly role: string;
  /** undefined: every organization. */
  readonly organization?: string;
  /** The only project in which the role is granted; undefined: the whole organization. */
  readonly project?: string;
}

/** The caller of a call that needs no authentication. */
export const anonymous: Caller = { user: '', organization: '', grants: [] };
