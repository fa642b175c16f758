/** An operator's request about the projections, the stores, or what is in them. */
export type OperationRequest = ProjectionRequest | CopyRequest | AskRequest;

/** Copies the embedded stores into an existing folder that contains none of the files to be written. */
export interface CopyRequest {
  readonly operation: 'copy';
  /** The absolute path of the folder. */
  readonly to: string;
}

/** A call of the contract that the stored events answer, for an operator, who sees everything. */
export interface AskRequest {
  readonly operation: 'ask';
  /** The name of the call. */
  readonly call: string;
  /** Its request as protobuf JSON; the data of the result are the JSON of its answer. */
  readonly request: object;
}

/** An operation on the projection of a name, or on all of them (ALL_PROJECTIONS). */
export type ProjectionRequest =
  | { readonly operation: 'list' | 'rebuild' | 'verify'; readonly projection: string }
  | {
      readonly operation: 'skip';
      readonly projection: string;
      readonly eventId: string;
      readonly reason: string;
      readonly operator: string;
    };

/** The result of an operation. */
export interface OperationResult {
  readonly lines: readonly string[];
  /** False: something was found that needs attention. */
  readonly ok: boolean;
  /** The result for programs, as JSON. */
  readonly data?: object;
}

/** Receives progress lines of a long operation. */
export type TellProgress = (line: string) => void;

/** Runs operations, in this process or in the one that has the stores open. */
export interface Operations {
  /**
   * @param abandoned aborts when nobody waits for the result any more
   * @throws OperationError the operation is not possible; the message says why and what to do
   */
  run(request: OperationRequest, tell: TellProgress, abandoned?: AbortSignal): Promise<OperationResult>;
}

/** An operation is not possible. The message says why and what to do. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
}
