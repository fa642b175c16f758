/** Part of the work for a request or of a projection, as a trace shows it. */
export interface TracedSpan {
  /** W3C trace context, for what continues the trace elsewhere. */
  readonly traceparent: string;
}

/** What a span is called, and how it hangs together with others. */
export interface SpanOutline {
  readonly name: string;
  /** `server`: a request from outside; `client`: a call to a store; `consumer`: what is done for events. */
  readonly kind?: 'server' | 'client' | 'consumer';
  /** The trace context that came from outside; default: the span that is running. */
  readonly parent?: string | undefined;
  /** Trace contexts of what the work is about; the span then begins a trace of its own. */
  readonly links?: readonly string[];
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/** Tells a collector what is done. */
export interface Tracing {
  /** Does the work within a span, which ends with it and says whether it failed. */
  within<R>(outline: SpanOutline, work: (span: TracedSpan) => Promise<R>): Promise<R>;
}

/** Tracing that is to be stopped at the end of the process. */
export interface RunningTracing extends Tracing {
  /** Sends what has not been sent yet, but does not wait for long. */
  stop(): Promise<void>;
}
