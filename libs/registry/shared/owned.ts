/** The state of an aggregate, and the organization that owns it; undefined when there is no such aggregate. */
export interface Owned<State> {
  readonly state: State;
  readonly resourceOwner: string | undefined;
}
