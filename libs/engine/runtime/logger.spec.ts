import { jsonLogger, timeField } from './logger.js';

describe('a line whose fields are JSON already', () => {
  function logged(level: string, write: (log: ReturnType<typeof jsonLogger>) => void): readonly string[] {
    const lines: string[] = [];
    write(jsonLogger(level, { write: (line) => void lines.push(line) }));
    return lines.map((line) => line.replace(/"time":"[^"]+"/, '"time":""'));
  }

  const fields = { requestId: 'a"b\\c', method: 'GET /é', ms: 0.25, bytes: 0 };
  const json = JSON.stringify(fields).slice(1, -1);

  it('is the line that the same fields give', () => {
    const line = logged('info', (log) => log.info(fields, 'a "request"'));
    expect(logged('info', (log) => log.infoJson(json, 'a "request"'))).toEqual(line);
    expect(JSON.parse(line[0] ?? '')).toMatchObject(fields);
  });

  it('is not written at a higher level', () => {
    expect(logged('warn', (log) => log.infoJson(json, 'request'))).toEqual([]);
  });
});

describe('the time field of a log line', () => {
  it('is the time of its own millisecond', () => {
    let now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const field = timeField(() => now);
    expect(field()).toBe(',"time":"2026-01-02T03:04:05.678Z"');
    expect(field()).toBe(',"time":"2026-01-02T03:04:05.678Z"');
    now += 1;
    expect(field()).toBe(',"time":"2026-01-02T03:04:05.679Z"');
    now -= 1_000;
    expect(field()).toBe(',"time":"2026-01-02T03:04:04.679Z"');
  });
});
