import type { DescMessage, Message } from '@bufbuild/protobuf';
import { Code } from './code.js';

/** What an error says beside its code and text: a message of the contract, encoded as each protocol does it. */
export interface ErrorDetail {
  readonly schema: DescMessage;
  readonly value: Message;
}

/** The parts of a {@link ContractError}. */
export interface ContractErrorParts {
  readonly code: Code;
  /** What went wrong and what to do, without the id. */
  readonly text: string;
  /** The id on which clients match. */
  readonly id?: string;
  readonly details?: readonly ErrorDetail[];
  /** When a retry makes sense, in seconds from now. */
  readonly retryAfterSeconds?: number;
}

/**
 * An error that a client is meant to see. It knows nothing of HTTP or of the framing of gRPC; libs/engine/rpc encodes it
 * for each protocol.
 */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: Code;
  /** What went wrong and what to do, without the id. */
  readonly text: string;
  /** The id on which clients match. */
  readonly id: string | undefined;
  readonly details: readonly ErrorDetail[];
  /** When a retry makes sense, in seconds from now. */
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, text, id, details = [], retryAfterSeconds }: ContractErrorParts) {
    super(id === undefined ? text : `${text} (${id})`);
    this.code = code;
    this.text = text;
    this.id = id;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** A field breaks its rule. @param field as the JSON names it @param rule what it must be */
  static invalidField(field: string, rule: string): ContractError {
    return ContractError.of(Code.INVALID_ARGUMENT, `${field}: ${rule}`);
  }

  /** A caller makes too many requests. @param seconds how long to wait */
  static exhausted(seconds: number, text = `too many requests: try again in ${seconds} s`): ContractError {
    return new ContractError({ code: Code.RESOURCE_EXHAUSTED, text, retryAfterSeconds: seconds });
  }

  /** An error without an id. */
  static of(code: Code, text: string): ContractError {
    return new ContractError({ code, text });
  }
}
