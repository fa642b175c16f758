import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { holdPort } from './held-port.js';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function takes(port: number): Promise<string> {
  const server = createServer().listen(port, '127.0.0.1');
  const outcome = await once(server, 'listening').then(
    () => 'free',
    (error: NodeJS.ErrnoException) => error.code ?? '',
  );
  if (outcome === 'free') server.close();
  return outcome;
}

describe('a held port', () => {
  it('is in use for others until it is released', async () => {
    const address = { host: '127.0.0.1', port: await freePort() };
    const held = await holdPort(address);
    expect(await takes(address.port)).toBe('EADDRINUSE');
    await expect(holdPort(address)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await held.release();
    await held.release();
    expect(await takes(address.port)).toBe('free');
  });

  it('disconnects clients, and can still be released', async () => {
    const address = { host: '127.0.0.1', port: await freePort() };
    const held = await holdPort(address);
    const socket = connect(address.port, address.host).on('error', () => {});
    await once(socket, 'close');
    await held.release();
    expect(await takes(address.port)).toBe('free');
  });

  it('reserves nothing if the system chooses the port', async () => {
    await (await holdPort({ host: '127.0.0.1', port: 0 })).release();
  });
});
