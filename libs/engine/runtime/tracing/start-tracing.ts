import type { Log } from '../logger.js';
import type { RunningTracing } from './tracing.js';

/**
 * Starts OpenTelemetry's traces where one of its variables names a collector (OTEL_EXPORTER_OTLP_ENDPOINT, or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT); undefined: there is none, and nothing of OpenTelemetry is loaded.
 *
 * @param service what this process is called, unless OTEL_SERVICE_NAME says it
 */
export async function startTracing(service: string, log: Log): Promise<RunningTracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces } = process.env;
  if (!all && !traces) return undefined;
  const { openTelemetry } = await import('./open-telemetry.js');
  return openTelemetry(service, log);
}
