/** What an operator asks of the projections, or of the stores. */
export type OperationRequest = ProjectionRequest | CopyRequest;

/** Copies the embedded stores into a folder, which is there and has nothing in it that would be written. */
export interface CopyRequest {
  readonly operation: 'copy';
  /** Absolute. */
  readonly to: string;
}

/** What an operator asks of a projection, by its name, or of all (ALL_PROJECTIONS). */
export type ProjectionRequest =
  | { readonly operation: 'list' | 'rebuild' | 'verify'; readonly projection: string }
  | {
      readonly operation: 'skip';
      readonly projection: string;
      readonly eventId: string;
      readonly reason: string;
      readonly operator: string;
    };

/** What came of it: lines to show, and whether all is well. */
export interface OperationResult {
  readonly lines: readonly string[];
  /** false: something was found that has to be looked at. */
  readonly ok: boolean;
  /** The same for programs, as JSON. */
  readonly data?: object;
}

/** Is told how far a long operation is. */
export type TellProgress = (line: string) => void;

/** Runs what operators ask for, here or in the process that has the stores. */
export interface Operations {
  /**
   * @param abandoned is aborted when nobody waits for the result any more
   * @throws OperationError it cannot be done; the message says why and what to do
   */
  run(request: OperationRequest, tell: TellProgress, abandoned?: AbortSignal): Promise<OperationResult>;
}

/** An operation cannot be done as it was asked for. The message says why and what to do. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
}
