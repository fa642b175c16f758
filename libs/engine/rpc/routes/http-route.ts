import type { IncomingHttpHeaders } from 'node:http';
import type { RequestRecord } from '../access-log/request-record.js';
import type { HttpError } from '../errors/http-error.js';

/** A request of a plain route. */
export interface HttpRouteRequest {
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty for a request without a body. */
  readonly body: Buffer;
  /** Receives the caller for the access log; undefined: there is no access log. */
  readonly record: RequestRecord | undefined;
  /** The client's address. */
  remoteAddress(): string;
  /** The fields of a body of `application/x-www-form-urlencoded`. @throws HttpError 415: the body has another type */
  form(): URLSearchParams;
  /** A signal that aborts when the client no longer waits for the answer, or the server stops. */
  abandoned(): AbortSignal;
}

/** The answer of a plain route. */
export interface HttpRouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** The name, verb and path of a plain route. */
export interface HttpRouteAddress {
  /** Its name in metrics and logs, such as `OAuth/Introspect`. */
  readonly name: string;
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** In the router's notation, such as `/oauth/v2/keys/:id`; `*` at the end takes the rest of the path. */
  readonly path: string;
}

/** Answers the requests of a plain route. */
export interface HttpRouteHandler {
  /** An answer that needs no waiting is answered without a promise. @throws ContractError or HttpError the error for the client */
  handle(request: HttpRouteRequest): HttpRouteAnswer | Promise<HttpRouteAnswer>;
  /** Headers of every answer, also of errors. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Converts an error to an answer; default: the error form of calls. */
  errorAnswer?(error: HttpError): HttpRouteAnswer;
}

/**
 * A route that is not a call of a contract, such as an OAuth endpoint. It authenticates its callers itself; body limit,
 * CORS, metrics, access log and shutdown are the same as for every request.
 */
export interface HttpRoute extends HttpRouteAddress {
  readonly handler: HttpRouteHandler;
}
