import type { DescField, DescMessage, DescMethod } from '@bufbuild/protobuf';
import type { ErrorEntry } from '#libs/engine/errors/error-entry.js';
import type { ServedContract } from '../core/contract.js';
import type { Schema } from './json-schema.js';

/** What the documentation says of a call that no descriptor holds. */
export interface CallGuide {
  /** One of the description's groups. */
  readonly group: string;
  /** What it does, in one sentence without a full stop. */
  readonly summary: string;
  /** The ids of the errors that clients of this call match on, beside those that every call may have. */
  readonly errors: readonly string[];
}

/** A limit that the server adds to a field: the largest number, or the most items of a list. */
export interface FieldCap {
  readonly max: number;
  /** The value of a field that is not given. */
  readonly usual?: number;
}

/** What an OpenAPI document says beside what the descriptors hold. */
export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  /** What the API is for, in Markdown. */
  readonly about: string;
  readonly contract: ServedContract;
  /** The calls that are implemented. */
  readonly calls: readonly DescMethod[];
  /** What the calls of each group have in common, in the order in which groups are shown. */
  readonly groups: Readonly<Record<string, string>>;
  /** @throws Error nothing is said of the call */
  guide(method: DescMethod): CallGuide;
  /** What a call asks of its caller, in words. @param permission undefined: nothing */
  permissionWords(permission: string | undefined): string;
  /** Every error id. */
  readonly errors: Readonly<Record<string, ErrorEntry>>;
  /** The message that carries an error's id. */
  readonly errorDetail: DescMessage;
  /** The ids of the errors that every call with a permission may have. */
  readonly accessErrors: readonly string[];
  /** Headers that every call with a permission takes: OpenAPI's parameter objects, by the names of their components. */
  readonly requestHeaders: Readonly<Record<string, Schema>>;
  /** Headers in the answer of every call with a permission: OpenAPI's header objects, by name. */
  readonly answerHeaders: Readonly<Record<string, Schema>>;
  /** An example of a field's value; undefined: none. */
  example(field: DescField): unknown;
  /** The limit that the server adds to a field; undefined: none. */
  cap(field: DescField): FieldCap | undefined;
}
