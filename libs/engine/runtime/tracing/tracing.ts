/** A running span: part of the work of a request or a projection. */
export interface TracedSpan {
  /** The span's W3C trace context, for other processes that continue the trace. */
  readonly traceparent: string;
}

/** The name of a span and its relation to other spans. */
export interface SpanOutline {
  readonly name: string;
  /** `server`: an incoming request; `client`: a call to a store; `consumer`: processing of events. */
  readonly kind?: 'server' | 'client' | 'consumer';
  /** The trace context of an incoming request; default: the running span. */
  readonly parent?: string | undefined;
  /** Trace contexts of the requests whose events are processed; the span then begins a new trace. */
  readonly links?: readonly string[];
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/** Records spans for a collector. */
export interface Tracing {
  /** Runs the work within a span that ends with it and records whether it failed. */
  within<R>(outline: SpanOutline, work: (span: TracedSpan) => Promise<R>): Promise<R>;
}

/** Tracing that must be stopped at the end of the process. */
export interface RunningTracing extends Tracing {
  /** Sends the remaining spans, within a short time limit. */
  stop(): Promise<void>;
}
