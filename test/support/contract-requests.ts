import type { DescMethodUnary } from '@bufbuild/protobuf';
import { isUnary } from '#libs/engine/rpc/core/bind.js';
import { type RestRule, restRules } from '#libs/engine/rpc/protocols/rest/http-rule.js';
import { features } from '#libs/registry/features.js';
import type { CallOptions } from './api.js';

/** The JSON of a request, path and all. */
export type RequestJson = Readonly<Record<string, unknown>>;

/** A call of the contract as REST takes it: `METHOD /path` and what goes with it. */
export interface RestRequest {
  readonly request: string;
  readonly options: Pick<CallOptions, 'body'>;
}

/** Every call of the contract with one answer, served or not. */
export const contractCalls: readonly DescMethodUnary[] = features.contract.services.flatMap(({ service }) =>
  service.methods.filter(isUnary),
);

/** The first way in which REST reaches a call. */
export function firstRule(method: DescMethodUnary): RestRule {
  const [rule] = restRules(method);
  if (rule === undefined) throw new Error(`${method} has no path`);
  return rule;
}

/** Puts a request's JSON where REST wants it: into the path, and into the body or the query string. */
export function restRequest(method: DescMethodUnary, json: RequestJson): RestRequest {
  const rule = firstRule(method);
  const rest: Record<string, unknown> = { ...json };
  let path = rule.url;
  for (const { parameter, field: name } of rule.pathFields) {
    const key = method.input.fields.find((field) => field.name === name)?.jsonName ?? name;
    const value = encodeURIComponent(String(json[key] ?? 'none'));
    path = parameter === '*' ? path.replace('*', value) : path.replace(`:${parameter}`, value);
    delete rest[key];
  }
  const prefix = features.contract.services.find(({ service }) => service === method.parent)?.restPrefix;
  const query = rule.hasBody ? '' : queryOf(rest);
  return {
    // The router writes a colon that begins no parameter twice.
    request: `${rule.verb} ${prefix}${path.replace('::', ':')}${query}`,
    options: rule.hasBody ? { body: rest } : {},
  };
}

function queryOf(json: RequestJson): string {
  const entries = flattened(json, '');
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}

/** Every value with the names that lead to it, dots between. */
function flattened(json: RequestJson, prefix: string): [string, string][] {
  return Object.entries(json).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' && value !== null
      ? flattened(value as RequestJson, `${prefix}${name}.`)
      : [[prefix + name, String(value)]],
  );
}
