import { resolve } from 'node:path';
import { startTestGateway } from '../../support/gateway.js';
import { pythonPackages, runPython } from '../../support/python.js';

const SCRIPT = resolve(import.meta.dirname, '../../support/python_client.py');

const orders = (last: number, first = 0) =>
  Array.from({ length: last - first + 1 }, (_, n) => `py-orders@${first + n}`);

describe.each([
  ['kurrentdbclient', 'kurrentdbclient==1.3.5'],
  ['esdbclient', 'esdbclient==1.0.25'],
])('the Python client %s', (module, pinned) => {
  const python = pythonPackages(pinned);
  if ('missing' in python) {
    it.skip(`is not tried: ${python.missing}`, () => {});
    return;
  }

  it('reads $all, subscribes to it with checkpoints, consumes a group on $all and resolves links', async () => {
    const gateway = await startTestGateway();
    try {
      expect(await runPython(python.folder, SCRIPT, module, gateway.connectionString)).toEqual({
        read_all: orders(4),
        system: [],
        'read_all backwards': ['py-orders@4', 'py-orders@3'],
        'read_all by stream': orders(4),
        subscribed: ['py-orders@0', 'py-orders@44', 45],
        checkpoints: true,
        link: ['py-orders@1'],
        "link's event is the event": [true],
        group: ['py-orders@0', 'py-orders@44', 45],
        version: 44,
      });
    } finally {
      await gateway.close();
    }
  });
});
