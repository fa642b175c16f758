/** Whose a name is. */
export type NameState = { readonly status: 'free' } | HeldName;

/** A name that somebody has reserved. */
export interface HeldName {
  readonly status: 'held';
  readonly owner: string;
  /** Where the owner's stream ended when it reserved the name: what the append expects that makes it bear the name. */
  readonly ownerRevision: bigint | 'noStream';
}

export const freeName: NameState = { status: 'free' };
