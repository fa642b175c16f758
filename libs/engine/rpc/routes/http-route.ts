import type { IncomingHttpHeaders } from 'node:http';
import type { RequestRecord } from '../access-log/request-record.js';
import type { HttpError } from '../errors/http-error.js';

/** A request of a plain route. */
export interface HttpRouteRequest {
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty for a request without one. */
  readonly body: Buffer;
  /** Where to note who calls, for the access log; undefined: nowhere. */
  readonly record: RequestRecord | undefined;
  /** The client's address. */
  remoteAddress(): string;
  /** The fields of a body of `application/x-www-form-urlencoded`. @throws HttpError 415: it is of another type */
  form(): URLSearchParams;
  /** A signal that aborts when nobody waits for the answer any more, or the server stops. */
  abandoned(): AbortSignal;
}

/** The answer of a plain route. */
export interface HttpRouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * A route that is no call of a contract, such as an endpoint of OAuth. It authenticates its callers itself; limits of
 * the body, CORS, metrics, the access log and the shutdown are those of every request.
 */
export interface HttpRoute {
  /** What its requests are counted and logged as, such as `OAuth/Introspect`. */
  readonly name: string;
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** In the router's notation, such as `/oauth/v2/keys/:id`. */
  readonly path: string;
  /** @throws ContractError or HttpError what the client is answered */
  handle(request: HttpRouteRequest): Promise<HttpRouteAnswer>;
  /** The answer to a client whose request failed; default: that of every call. */
  errorAnswer?(error: HttpError): HttpRouteAnswer;
}
