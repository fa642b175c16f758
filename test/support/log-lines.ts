import type { Server } from './server.js';

/** A line of a server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string; readonly level: number };

/** The levels of lines, as pino numbers them. */
export const LEVELS = { debug: 20, info: 30, warn: 40 } as const;

/** The log lines of a server, once its output matches the pattern. */
export async function linesWith(server: Server, pattern: RegExp): Promise<readonly LogLine[]> {
  const output = await server.outputWith(pattern);
  const whole = output.slice(0, output.lastIndexOf('\n'));
  return whole.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
}

/** The access log line of a request, by its id. */
export async function requestLine(server: Server, requestId: string): Promise<LogLine> {
  const lines = await linesWith(server, new RegExp(`"requestId":"${requestId}"[^\\n]*"msg":"request"}\\n`));
  const found = lines.filter((line) => line.requestId === requestId && line.msg === 'request');
  if (found.length !== 1) throw new Error(`request ${requestId} has ${found.length} lines`);
  return found[0] as LogLine;
}
