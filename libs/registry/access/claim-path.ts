import type { Claims } from './issued-token.js';

/**
 * The value of a claim by its name, or by a path into claims that are objects, with dots between the names. A name may
 * contain dots itself, as the URLs do that some issuers use: the longest name that exists counts.
 *
 * @returns undefined: there is none
 */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  const name = nameIn(claims, path);
  if (name === undefined) return undefined;
  const value = claims[name];
  return isObject(value) ? claimAt(value, path.slice(name.length + 1)) : undefined;
}

/** The name of the claim in which a path begins; undefined: there is none. */
export function claimOf(claims: Claims, path: string): string | undefined {
  return Object.hasOwn(claims, path) ? path : nameIn(claims, path);
}

function nameIn(claims: Claims, path: string): string | undefined {
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1)) {
    const name = path.slice(0, end);
    if (Object.hasOwn(claims, name)) return name;
  }
  return undefined;
}

/** Whether a value is an object of JSON, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
