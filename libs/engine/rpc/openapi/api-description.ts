import type { DescField, DescMessage, DescMethod } from '@bufbuild/protobuf';
import type { ErrorEntry } from '#libs/engine/errors/error-entry.js';
import type { ServedContract } from '../core/contract.js';
import type { Schema } from './json-schema.js';
import type { RouteDescription } from './route-description.js';

/** The documentation of a call that is not in its descriptor. */
export interface CallGuide {
  /** One of the description's groups. */
  readonly group: string;
  /** A summary in one sentence without a full stop. */
  readonly summary: string;
  /** The ids of the errors of this call, in addition to those that every call may have. */
  readonly errors: readonly string[];
  /** Request headers of this call alone: OpenAPI's parameter objects. */
  readonly headers?: readonly Schema[];
}

/** A limit that the server adds to a field: the largest number, or the most items of a list. */
export interface FieldCap {
  readonly max: number;
  /** The value of a field that is not set. */
  readonly usual?: number;
}

/** The content of an OpenAPI document that is not in the descriptors. */
export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  /** The description of the API, in Markdown. */
  readonly about: string;
  readonly contract: ServedContract;
  /** The calls that are implemented. */
  readonly calls: readonly DescMethod[];
  /** The routes that are no calls of the contract. */
  readonly routes: readonly RouteDescription[];
  /** The description of each group of calls, in the order in which groups are shown. */
  readonly groups: Readonly<Record<string, string>>;
  /** @throws Error the call has no documentation */
  guide(method: DescMethod): CallGuide;
  /** Describes the required permission in words. @param permission undefined: the call is public */
  permissionWords(permission: string | undefined): string;
  /** Every error id. */
  readonly errors: Readonly<Record<string, ErrorEntry>>;
  /** The message that carries an error's id. */
  readonly errorDetail: DescMessage;
  /** The ids of the errors that every call with a permission may have. */
  readonly accessErrors: readonly string[];
  /** Request headers of every call with a permission: OpenAPI's parameter objects, by the names of their components. */
  readonly requestHeaders: Readonly<Record<string, Schema>>;
  /** Headers in the answer of every call with a permission: OpenAPI's header objects, by name. */
  readonly answerHeaders: Readonly<Record<string, Schema>>;
  /** An example of a field's value; undefined: none. */
  example(field: DescField): unknown;
  /** The limit that the server adds to a field; undefined: none. */
  cap(field: DescField): FieldCap | undefined;
}
