import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { KubernetesObject } from './kubernetes-manifests.js';

const require = createRequire(import.meta.url);
const SCHEMAS = join(dirname(require.resolve('kubernetes-models/package.json')), '_schemas');

/** As ajv compiles a schema: says whether the data are valid, and keeps why not. */
interface Validator {
  (data: unknown): boolean;
  readonly errors?: readonly { readonly instancePath: string; readonly keyword: string }[] | null;
}

/**
 * What Kubernetes' own schemas find wrong with an object: fields of a wrong type, missing ones and unknown ones.
 *
 * @throws Error there is no schema for its kind
 */
export function schemaFaults(object: KubernetesObject): readonly string[] {
  const seen = new Set<string>();
  const validate = validatorOf(object);
  const isValid = validate(noting(object, '', seen));
  const faults = (isValid ? [] : (validate.errors ?? [])).map(
    ({ instancePath, keyword }) => `${instancePath} breaks the rule of ${keyword}`,
  );
  const unknown = pathsOf(object, '').filter((path) => !seen.has(path));
  return [...faults, ...unknown.map((path) => `${path} is no field that the schema knows`)];
}

/** `apps/v1` and `Deployment` have the schema `IoK8sApiAppsV1Deployment`. */
function validatorOf({ apiVersion, kind }: KubernetesObject): Validator {
  const [version = '', group = 'core'] = apiVersion.split('/').reverse();
  const name = ['io', 'k8s', 'api', group.split('.')[0] ?? '', version].map(capitalized).join('');
  return require(join(SCHEMAS, `${name}${kind}.js`)).validate;
}

/** The same value, where each field that is looked at is noted: the schemas look at every field that they know. */
function noting<T>(value: T, path: string, seen: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const field: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol') return field;
      seen.add(`${path}/${key}`);
      return noting(field, `${path}/${key}`, seen);
    },
  });
}

function pathsOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => [`${path}/${key}`, ...pathsOf(field, `${path}/${key}`)]);
}

function capitalized(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
