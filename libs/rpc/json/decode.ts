import { isUtf8 } from 'node:buffer';
import { type DescMessage, fromJson, type JsonObject, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import { decodeFault } from './decode-fault.js';
import { plainDecoderOf } from './plain-decoder.js';
import { isJsonObject, prunerOf } from './pruner.js';

/**
 * Reads a request body.
 *
 * @param body undefined or empty counts as `{}`
 * @throws ContractError INVALID_ARGUMENT: not UTF-8, not JSON, or not an object
 */
export function parseBody(body: Buffer | undefined): JsonObject {
  if (body === undefined || body.length === 0) return {};
  if (!isUtf8(body)) throw malformed('the body must be UTF-8');
  const json = parseJson(body.toString('utf8'));
  if (!isJsonObject(json)) throw malformed('the body must be a JSON object');
  return json;
}

/** Compiles the way from JSON to a message. What it throws is a ContractError that names the field and the fault. */
export function decoderOf<Desc extends DescMessage>(schema: Desc): (json: JsonObject) => MessageShape<Desc> {
  const decodePlainly = plainDecoderOf(schema);
  const prune = prunerOf(schema);
  return (json) => {
    const message = decodePlainly(json);
    if (message !== undefined) return message;
    const pruned = prune(json);
    try {
      return fromJson(schema, pruned);
    } catch {
      const { field, fault } = decodeFault(schema, pruned);
      throw ContractError.invalidField(field, fault);
    }
  };
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw malformed('the body must be JSON');
  }
}

function malformed(text: string): ContractError {
  return ContractError.of(Code.INVALID_ARGUMENT, text);
}
