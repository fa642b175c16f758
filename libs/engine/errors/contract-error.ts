import { Code, type ErrorId, errorCatalogue } from '#libs/registry/contract/errors/error-catalogue.js';

/**
 * An error that a client is meant to see: a code, a text and, where clients match on it, an id. It knows nothing of
 * HTTP or gRPC framing; libs/engine/rpc maps it to either.
 */
export class ContractError extends Error {
  override readonly name = 'ContractError';

  private constructor(
    readonly code: Code,
    /** What went wrong and what to do, without the id. */
    readonly text: string,
    readonly id?: ErrorId,
    /** When it makes sense to try again, in seconds from now. */
    readonly retryAfterSeconds?: number,
  ) {
    super(id === undefined ? text : `${text} (${id})`);
  }

  /** The error that the catalogue holds under this id. */
  static refused(id: ErrorId): ContractError {
    const { code, text } = errorCatalogue[id];
    return new ContractError(code, text, id);
  }

  /** A field breaks its rule. @param field as the JSON names it @param rule what it must be */
  static invalidField(field: string, rule: string): ContractError {
    return new ContractError(Code.INVALID_ARGUMENT, `${field}: ${rule}`);
  }

  /** Somebody asks for too much at once. @param seconds how long to wait */
  static exhausted(seconds: number, text = `too many requests: try again in ${seconds} s`): ContractError {
    return new ContractError(Code.RESOURCE_EXHAUSTED, text, undefined, seconds);
  }

  /** An error without an id of its own. */
  static of(code: Code, text: string): ContractError {
    return new ContractError(code, text);
  }
}
