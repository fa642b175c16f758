import { ExpressionWorker, type ExpressionWorkerOptions } from './expression-worker.js';

const workers: ExpressionWorker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close();
});

function start(options?: ExpressionWorkerOptions): ExpressionWorker {
  const worker = new ExpressionWorker(options);
  workers.push(worker);
  return worker;
}

/** A worker script that never answers for `stuck`, exits for `dies`, and otherwise answers that all names match. */
const MOODY = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ expression, names }) => {
      if (expression === 'dies') process.exit(1);
      while (expression === 'stuck');
      parentPort.postMessage(names.map(() => true));
    });`)}`,
);

describe('the worker for expensive expressions', () => {
  it('returns which names match', async () => {
    const names = ['aab', 'abc', 'ccb'];
    expect(await start().match({ expression: '^(a*)*b$', names })).toEqual([true, false, false]);
  });

  it('aborts a page that takes too many steps, and continues with the queue', async () => {
    const worker = start();
    const endless = worker.match({ expression: '^(a*)*b', names: ['a'.repeat(60)] });
    const next = worker.match({ expression: 'b', names: ['b'] });
    await expect(endless).rejects.toMatchObject({ code: 8, details: expect.stringContaining('too many steps') });
    expect(await next).toEqual([true]);
  });

  it.each(['stuck', 'dies'])('is restarted when it is %s, and only that request fails', async (expression) => {
    const worker = start({ script: MOODY, timeoutMs: 1_000 });
    const failing = worker.match({ expression, names: ['x'] });
    const next = worker.match({ expression: 'fine', names: ['x'] });
    await expect(failing).rejects.toMatchObject({ code: 8 });
    expect(await next).toEqual([true]);
  });

  it('refuses pages beyond the queue limit', async () => {
    const worker = start();
    const asked = Array.from({ length: 40 }, () => worker.match({ expression: 'b', names: ['b'] }));
    const codes = (await Promise.allSettled(asked)).map((outcome) =>
      outcome.status === 'fulfilled' ? 0 : (outcome.reason as { readonly code: number }).code,
    );
    expect(codes).toEqual([...Array(33).fill(0), ...Array(7).fill(8)]);
  });

  it('fails pending requests when it is closed', async () => {
    const worker = start({ script: MOODY });
    const asked = ['stuck', 'fine'].map((expression) => worker.match({ expression, names: ['x'] }));
    await Promise.all([worker.close(), ...asked.map((each) => expect(each).rejects.toMatchObject({ code: 14 }))]);
    await expect(worker.match({ expression: 'fine', names: ['x'] })).rejects.toMatchObject({ code: 14 });
  });
});
