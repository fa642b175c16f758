/** The permission of this process to do work that one process at a time does. */
export interface Turn {
  /**
   * Whether it still holds. What another process could repeat or contradict, such as a request to another system, is
   * begun only while it does: when it has ended by the clock of this process, no other process has had it yet.
   */
  readonly isValid: boolean;
}

/** The turn of a process that no other one shares its work with. */
export const ALWAYS: Turn = { isValid: true };
