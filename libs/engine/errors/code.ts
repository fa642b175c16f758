/** gRPC's status code of a call that succeeded. */
export const OK = 0;

/** gRPC's status code of a call whose client went away before the answer. No answer has it. */
export const CANCELLED = 1;

/** The gRPC status codes of errors that are answered (google.rpc.Code). */
export const Code = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** The gRPC status code of an error. */
export type Code = (typeof Code)[keyof typeof Code];

/** How a request ended. */
export type Outcome = Code | typeof OK | typeof CANCELLED;
