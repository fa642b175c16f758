import { Code } from '#libs/engine/errors/code.js';
import { bodyTooLarge } from '../errors/http-error.js';
import { httpStatus } from '../errors/http-status.js';
import type { RestRule } from '../protocols/rest/http-rule.js';
import type { ApiDescription, CallGuide } from './api-description.js';
import type { Schema } from './json-schema.js';

/** The name of the contract's error body among the schemas. */
const ERROR = 'Error';

/** The contract's error body, the same for every call. */
export function errorSchemas({ errors, errorDetail }: ApiDescription): Readonly<Record<string, Schema>> {
  const detail = {
    type: 'object',
    required: ['@type', 'id', 'message'],
    properties: {
      '@type': { type: 'string', const: `type.googleapis.com/${errorDetail.typeName}` },
      id: { type: 'string', enum: Object.keys(errors), description: 'What clients match on.' },
      message: { type: 'string' },
    },
  };
  return {
    [ERROR]: {
      type: 'object',
      required: ['code', 'message', 'details'],
      properties: {
        code: { type: 'integer', enum: Object.values(Code), description: "gRPC's status code." },
        message: { type: 'string', description: 'What is wrong and what to do, with the id in brackets.' },
        details: { type: 'array', maxItems: 1, items: detail },
      },
    },
  };
}

/** Errors without an id that every call may answer. */
const always: readonly Fault[] = [
  { code: Code.INVALID_ARGUMENT, says: 'A field breaks its rule, or the request cannot be read.' },
  { code: Code.RESOURCE_EXHAUSTED, says: 'Too many requests: try again after `retry-after` seconds.' },
  { code: Code.INTERNAL, says: "Nobody foresaw it; the server's log has it under the request's id." },
  { code: Code.UNAVAILABLE, says: 'A store or the issuer cannot be reached: try again later.' },
  { code: Code.DEADLINE_EXCEEDED, says: 'The time that the request set with `grpc-timeout` has passed.' },
];

/** Errors of requests with a body. */
const ofBodies: readonly Fault[] = [
  { status: bodyTooLarge.status, code: bodyTooLarge.error.code, says: sentence(bodyTooLarge.error.text) },
];

/** Errors without an id of calls that write, for concurrent changes. */
const ofWrites: readonly Fault[] = [
  { code: Code.ABORTED, says: 'Others changed the same thing each time it was tried: try again.' },
];

const withoutToken: Fault = { code: Code.UNAUTHENTICATED, says: 'The authorization header is missing.' };

interface Fault {
  /** The HTTP status, if it is not the code's own. */
  readonly status?: number;
  readonly code: Code;
  readonly says: string;
}

/**
 * The error answers of a call, by HTTP status.
 *
 * @param permission the required permission; undefined: not even a token is required
 */
export function errorResponses(
  api: ApiDescription,
  { errors }: CallGuide,
  permission: string | undefined,
  { verb }: RestRule,
): Readonly<Record<string, unknown>> {
  const ids = permission === undefined ? errors : [...api.accessErrors, ...errors];
  const faults = [
    ...always,
    ...(verb === 'GET' ? [] : ofBodies),
    ...(permission === undefined ? [] : [withoutToken]),
    ...(permission === undefined || permission.endsWith('.read') ? [] : ofWrites),
    ...ids.map((id) => faultOf(api, id)),
  ];
  const statuses = [...new Set(faults.map(statusOf))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = faults.filter((fault) => statusOf(fault) === status);
      return [String(status), response(status, ofStatus.map(({ code, says }) => `- code ${code}: ${says}`).join('\n'))];
    }),
  );
}

function statusOf({ status, code }: Fault): number {
  return status ?? httpStatus[code];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function faultOf({ errors }: ApiDescription, id: string): Fault {
  const entry = errors[id];
  if (entry === undefined) throw new Error(`the error ${id} has no entry in the catalogue`);
  return { code: entry.code, says: `\`${id}\` ${entry.text} (${entry.when})` };
}

function response(status: number, description: string) {
  return {
    description,
    ...(status === httpStatus[Code.RESOURCE_EXHAUSTED] && {
      headers: { 'retry-after': { description: 'In seconds.', schema: { type: 'integer', minimum: 1 } } },
    }),
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${ERROR}` } } },
  };
}
