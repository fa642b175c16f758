/** Who calls, and what for. */
export interface Caller {
  /** The user's id; empty for a call that needs no authentication. */
  readonly user: string;
  /** The user's own organization: where a call works unless it says otherwise. */
  readonly organization: string;
  /** The client that the token was issued to. */
  readonly client?: string;
  readonly grants: readonly Grant[];
}

/** A role and where it holds. */
export interface Grant {
  readonly role: string;
  /** undefined: in every organization. */
  readonly organization?: string;
  /** Within this project alone; undefined: in the whole organization. */
  readonly project?: string;
}

/** The caller of a call that needs no authentication. */
export const anonymous: Caller = { user: '', organization: '', grants: [] };
