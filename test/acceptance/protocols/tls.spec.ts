import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { selfSignedCertificate } from '../../support/certificate.js';
import { cleanUp, type Server, startServer } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';
import { overHttp2 } from '../../support/wire.js';

let files: { readonly cert: string; readonly key: string };
let server: Server;
let ca: Buffer;
beforeAll(async () => {
  files = await selfSignedCertificate();
  ca = await readFile(files.cert);
  server = await startServer({ env: { APPLEDGER_TLS_CERT: files.cert, APPLEDGER_TLS_KEY: files.key } });
});
afterAll(cleanUp);

const healthz = '/management/v1/healthz';

/** The answer to an HTTP/1.1 request of a client that offers these protocols in ALPN. */
async function answerTo(ALPNProtocols: string[] | undefined): Promise<{ protocol: string | false; answer: string }> {
  const socket = connect({ port: Number(new URL(server.url).port), ca, ...(ALPNProtocols && { ALPNProtocols }) });
  await once(socket, 'secureConnect');
  const protocol = socket.alpnProtocol ?? false;
  socket.end(`GET ${healthz} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  let answer = '';
  for await (const bytes of socket) answer += bytes;
  return { protocol, answer };
}

describe('with a certificate and its key', () => {
  it('both versions of HTTP are served, by ALPN', async () => {
    expect(server.url).toMatch(/^https:/);
    expect(await overHttp2(server.url, { path: healthz, method: 'GET' }, { ca })).toMatchObject({ status: 200 });
    for (const offered of [['http/1.1'], undefined]) {
      const { protocol, answer } = await answerTo(offered);
      expect([protocol, answer]).toEqual([
        offered === undefined ? false : 'http/1.1',
        expect.stringMatching(/^HTTP\/1.1 200/),
      ]);
    }
  });

  it('gRPC is served', async () => {
    const path = '/zitadel.management.v1.ManagementService/AddAPIApp';
    const { headers } = await overHttp2(server.url, { path, headers: { 'content-type': 'application/grpc' } }, { ca });
    expect(headers).toMatchObject({ 'grpc-status': '16', 'grpc-message': 'auth header missing' });
  });

  it('a client without TLS is refused, and the server keeps serving', async () => {
    await expect(fetch(server.url.replace('https', 'http') + healthz)).rejects.toThrow();
    expect(await overHttp2(server.url, { path: healthz, method: 'GET' }, { ca })).toMatchObject({ status: 200 });
  });
});

describe('the server does not start, and reports what to do,', () => {
  it('with only a certificate or only a key', async () => {
    await expect(startServer({ env: { APPLEDGER_TLS_CERT: files.cert } })).rejects.toThrow(/set both, or neither/);
  });

  it('with a file that does not exist', async () => {
    const env = { APPLEDGER_TLS_CERT: files.cert, APPLEDGER_TLS_KEY: '/nowhere/key.pem' };
    await expect(startServer({ env })).rejects.toThrow(
      /APPLEDGER_TLS_KEY names \/nowhere\/key.pem, which cannot be read/,
    );
  });

  it('with files that do not match, or are invalid', async () => {
    const other = await selfSignedCertificate();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ofAnotherKind = privateKey.export({ type: 'pkcs8', format: 'pem' });
    for (const key of [await readFile(other.key), ofAnotherKind, 'junk']) {
      const path = join(tempFolder(), 'key.pem');
      await writeFile(path, key);
      const env = { APPLEDGER_TLS_CERT: files.cert, APPLEDGER_TLS_KEY: path };
      await expect(startServer({ env })).rejects.toThrow(/must hold, as PEM, a certificate/);
    }
  });
});
