import type { HttpRouteAddress } from '../routes/http-route.js';
import type { Schema } from './json-schema.js';

/** The operation object of a plain route, as OpenAPI defines it. */
export interface RouteOperation extends Schema {
  readonly operationId: string;
  /** The groups in which the documentation shows it. */
  readonly tags: readonly string[];
  readonly summary: string;
  readonly responses: Schema;
}

/** A plain route with its documentation. */
export interface RouteDescription extends HttpRouteAddress {
  readonly operation: RouteOperation;
  /** The security schemes that the operation names, in addition to `bearer`. */
  readonly securitySchemes?: Readonly<Record<string, Schema>>;
}

/** The path of a route as OpenAPI writes it: `/keys/{id}`; the rest of a path, `*`, is `{path}`. */
export function openApiPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}');
}
