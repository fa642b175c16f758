/** A call that has failed; the message says why, and what to do. */
export class CallError extends Error {
  override readonly name = 'CallError';

  /** @param isTemporary the same call may succeed later */
  constructor(
    message: string,
    readonly isTemporary: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
