/** For which aggregate a name is reserved. */
export type NameState = { readonly status: 'free' } | HeldName;

/** A name that is reserved. */
export interface HeldName {
  readonly status: 'held';
  readonly owner: string;
  /** The last revision of the owner's stream at the reservation: the append that uses the name expects it. */
  readonly ownerRevision: bigint | 'noStream';
}

/** A name that has never been reserved. */
export const freeName: NameState = { status: 'free' };
