import {
  create,
  type DescMessage,
  type DescMethod,
  fromBinary,
  type Message,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { decoderOf, parseBody } from '../../json/decode.js';
import { encoderOf } from '../../json/encode.js';
import type { Wire } from './wire.js';

/** Decodes the requests and encodes the answers of a call. */
export interface Codec {
  /** @throws ContractError INVALID_ARGUMENT */
  decode(bytes: Buffer): Message;
  /** @param answer the fields of the output message */
  encode(answer: object): Uint8Array;
}

/** The codecs of a call, by message encoding. */
export type Codecs = Readonly<Record<Wire['codec'], Codec>>;

/** Compiles both codecs of a call. */
export function codecsOf({ method }: { readonly method: DescMethod }): Codecs {
  const decodeJson = decoderOf(method.input);
  const encodeJson = encoderOf(method.output);
  return {
    proto: { decode: protoDecoder(method.input), encode: protoEncoder(method.output) },
    json: {
      decode: (bytes) => decodeJson(parseBody(bytes)),
      encode: (answer) => Buffer.from(encodeJson(answer as MessageInitShape<DescMessage>)),
    },
  };
}

/** Unknown fields are dropped, because nothing forwards them. */
function protoDecoder(schema: DescMessage): Codec['decode'] {
  return (bytes) => {
    try {
      return fromBinary(schema, bytes, { readUnknownFields: false });
    } catch {
      throw ContractError.of(Code.INVALID_ARGUMENT, `the message is no ${schema.name} as protobuf writes it`);
    }
  };
}

function protoEncoder(schema: DescMessage): Codec['encode'] {
  return (answer) => toBinary(schema, create(schema, answer as MessageInitShape<DescMessage>));
}
