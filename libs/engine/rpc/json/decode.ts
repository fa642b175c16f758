import { isUtf8 } from 'node:buffer';
import { type DescMessage, fromJson, type MessageShape } from '@bufbuild/protobuf';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { invalidFieldIn } from './decode-error.js';
import { isJsonObject, type Json, type JsonMap } from './json-value.js';
import { parseJson } from './parse-json.js';
import { plainDecoderOf } from './plain-decoder.js';
import { prunerOf } from './pruner.js';

/**
 * Reads a request body.
 *
 * @param body undefined or empty counts as `{}`
 * @throws ContractError INVALID_ARGUMENT: not UTF-8, not JSON, not an object, or a duplicate name
 */
export function parseBody(body: Buffer | undefined): JsonMap {
  if (body === undefined || body.length === 0) return {};
  if (!isUtf8(body)) throw malformed('the body must be UTF-8');
  const json = jsonIn(body.toString('utf8'));
  if (!isJsonObject(json)) throw malformed('the body must be a JSON object');
  return json;
}

/** Compiles a decoder from JSON to messages. It throws a ContractError that names the field and its rule. */
export function decoderOf<Desc extends DescMessage>(schema: Desc): (json: JsonMap) => MessageShape<Desc> {
  const decodePlainly = plainDecoderOf(schema);
  const prune = prunerOf(schema);
  return (json) => {
    const message = decodePlainly(json);
    if (message !== undefined) return message;
    const pruned = prune(json);
    try {
      return fromJson(schema, pruned);
    } catch {
      const { field, rule } = invalidFieldIn(schema, pruned);
      throw ContractError.invalidField(field, rule);
    }
  };
}

function jsonIn(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof SyntaxError ? malformed('the body must be JSON') : error;
  }
}

function malformed(text: string): ContractError {
  return ContractError.of(Code.INVALID_ARGUMENT, text);
}
