/** The closest comparable service: oidc-provider's dynamic client registration, in memory, without durability. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

const server = createServer();
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const provider = new Provider(url, {
  features: { registration: { enabled: true }, clientCredentials: { enabled: true } },
});
server.on('request', provider.callback());
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
console.log(`oidc-provider listens on ${url}`);
