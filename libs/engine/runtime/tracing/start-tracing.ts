import type { Log } from '../logger.js';
import type { RunningTracing } from './tracing.js';

/**
 * Starts OpenTelemetry's traces if one of its variables names a collector (OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT). Otherwise it returns undefined and loads no OpenTelemetry package.
 *
 * @param service the service name of this process, unless OTEL_SERVICE_NAME sets another
 */
export async function startTracing(service: string, log: Log): Promise<RunningTracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces } = process.env;
  if (!all && !traces) return undefined;
  const { openTelemetry } = await import('./open-telemetry.js');
  return openTelemetry(service, log);
}
