import type { DescMethod, Message } from '@bufbuild/protobuf';

/** A call with several requests or answers. The tools' own ones alone are such; the contract has none. */
export interface StreamingCall {
  readonly method: DescMethod;
  /** Takes the requests as they come and gives the answers; the signal says that the client has gone. */
  readonly run: (requests: AsyncIterable<Message>, signal: AbortSignal) => AsyncIterable<object>;
}
