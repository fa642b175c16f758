import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { http } from '#libs/engine/contract/gen/google/api/annotations_pb.js';
import type { HttpRule } from '#libs/engine/contract/gen/google/api/http_pb.js';

/** One REST binding of a call, in the router's terms. */
export interface RestRule {
  readonly verb: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** A path in find-my-way's notation, such as `/projects/:project_id/apps/:app_id`. */
  readonly url: string;
  /** The fields of the request that are in the path. */
  readonly pathFields: readonly PathField[];
  /** True: the whole body is the request; false: the query string has the fields that are not in the path. */
  readonly hasBody: boolean;
}

export interface PathField {
  /** The router's parameter name. */
  readonly parameter: string;
  /** The field's original name, or a path of names with dots. */
  readonly field: string;
}

/** `{field}`, which is one segment, or `{field=**}`, which is the rest of the path. */
const VARIABLE = /\{([a-z0-9_.]+)(=\*\*)?\}/g;

/** A custom verb, such as `:unused`, which ends a path. */
const CUSTOM_VERB = /(?<=\/(?:[^/{}:*]+|\{[a-z0-9_.]+\})):([a-z][a-zA-Z]*)$/;

/** A parameter that a custom verb follows. */
const BEFORE_VERB = /:(\w+)(?=::[a-z][a-zA-Z]*$)/;

/** A path as the router has to be given it: a parameter before a custom verb ends at the colon. */
export function routerPath(url: string): string {
  return url.replace(BEFORE_VERB, ':$1(^[^/:]+)');
}

/**
 * Reads the REST bindings of a call from its `google.api.http` option, including additional bindings.
 *
 * @throws Error the option is missing, or uses a feature that is not implemented
 */
export function restRules(method: DescMethod): readonly RestRule[] {
  if (!hasOption(method, http)) throw new Error(`${method} has no google.api.http option: REST cannot serve it`);
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].map((binding) => restRule(method, binding));
}

function restRule(method: DescMethod, { pattern, body, responseBody }: HttpRule): RestRule {
  if ((body !== '' && body !== '*') || responseBody !== '') {
    throw new Error(`${method} takes a part of its message as the body, which is not implemented`);
  }
  if (pattern.case === undefined || pattern.case === 'custom') {
    throw new Error(`${method} has no HTTP verb that is implemented`);
  }
  const verb = pattern.case.toUpperCase() as RestRule['verb'];
  return { verb, ...route(method, pattern.value), hasBody: body === '*' };
}

function route(method: DescMethod, template: string): Pick<RestRule, 'url' | 'pathFields'> {
  const pathFields: PathField[] = [];
  const verb = CUSTOM_VERB.exec(template)?.[1];
  const path = verb === undefined ? template : template.slice(0, -verb.length - 1);
  const url = path.replace(VARIABLE, (_, field: string, rest: string | undefined) => {
    const parameter = rest === undefined ? field.replaceAll('.', '__') : '*';
    pathFields.push({ parameter, field });
    return rest === undefined ? `:${parameter}` : '*';
  });
  // A literal colon or asterisk in the template would have another meaning for the router.
  if (/[{}:*]/.test(path.replace(VARIABLE, ''))) {
    throw new Error(`${method} has the path ${template}, of a form that is not implemented`);
  }
  // The router takes two colons for one that begins no parameter.
  return { url: verb === undefined ? url : `${url}::${verb}`, pathFields };
}
