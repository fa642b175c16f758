import {
  type Context,
  context,
  DiagLogLevel,
  diag,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { NodeSDK, resources } from '@opentelemetry/sdk-node';
import { inTime } from '#libs/engine/kernel/in-time.js';
import type { Log } from '../logger.js';
import { messageOf } from '../message-of.js';
import type { RunningTracing, SpanOutline, TracedSpan } from './tracing.js';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };

/** How long the process waits at its end for the collector to accept the last spans, in milliseconds. */
const LAST_SPANS_MS = 2_000;

/** Starts OpenTelemetry, which sends spans to the collector that its own environment variables name. */
export function openTelemetry(service: string, log: Log): RunningTracing {
  const tell = (message: string) => log.warn({ reason: message }, 'traces cannot be sent');
  const quiet = () => undefined;
  diag.setLogger({ error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.WARN);
  const sdk = new NodeSDK({
    serviceName: process.env.OTEL_SERVICE_NAME || service,
    resourceDetectors: [resources.envDetector, resources.hostDetector],
    instrumentations: [],
    // Metrics are served to Prometheus, and the log is written to stderr: neither goes to the collector.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const tracer = trace.getTracer('appledger');
  return {
    within({ name, kind, parent, links, attributes = {} }, work) {
      const options = {
        ...(kind && { kind: KINDS[kind] }),
        ...(links && { links: links.flatMap(linkTo), root: true }),
        attributes,
      };
      return tracer.startActiveSpan(name, options, contextOf(parent), (span) => finished(span, work));
    },
    async stop() {
      await inTime(sdk.shutdown(), LAST_SPANS_MS);
    },
  };
}

async function finished<R>(span: Span, work: (span: TracedSpan) => Promise<R>): Promise<R> {
  try {
    return await work({ traceparent: traceparentOf(span) });
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
    throw error;
  } finally {
    span.end();
  }
}

function contextOf(parent: SpanOutline['parent']): Context {
  return parent === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, { traceparent: parent });
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function linkTo(traceparent: string): Link[] {
  const linked = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent }));
  return linked === undefined ? [] : [{ context: linked }];
}
