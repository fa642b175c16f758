import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { readCertificate, selfSignedCertificate } from '../../../../../test/support/certificate.js';
import { WebhookReceiver } from '../../../../../test/support/webhook-receiver.js';
import { Sender } from './sender.js';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const message = { id: 'an-id', body: '{"id":"an-id","subject":"1","sequence":"3"}' };

describe('a delivery', () => {
  const sender = new Sender({ allowPrivate: true, clock: Date.now });
  const careful = new Sender({ allowPrivate: false, clock: Date.now });
  const sockets: Socket[] = [];
  const servers: Server[] = [];
  afterAll(async () => {
    sender.close();
    careful.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });

  /** A server that does what it likes with a connection, after the request has arrived. */
  async function rude(behave: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined); // the sender has cut it
      socket.once('data', () => behave(socket));
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  const send = (url: string, by = sender) => by.send({ url, secrets: [secret] }, message);

  it('carries the signed event, and tells what the receiver has answered', async () => {
    const receiver = await WebhookReceiver.start();
    const attempts = [];
    for (let index = 0; index < 3; index += 1) attempts.push(await send(receiver.url));
    expect(attempts).toMatchObject([1, 2, 3].map(() => ({ outcome: 'delivered', status: 200, answer: 'seen' })));
    for (const { headers, body } of receiver.accepted) {
      expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ id: 'an-id' });
    }
    await receiver.close();
    expect(await send(receiver.url)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.each<[number, object]>([
    [204, { outcome: 'delivered' }],
    [410, { outcome: 'gone' }],
    [302, { outcome: 'failed', reason: expect.stringContaining('redirects are not followed') }],
    [404, { outcome: 'failed', reason: 'the receiver answers 404' }],
    [503, { outcome: 'failed', retryAfterMs: 7_000 }],
  ])('is judged by the status %i', async (status, expected) => {
    const head = 'content-length: 0\r\nretry-after: 7\r\nlocation: http://169.254.169.254/latest/meta-data';
    const url = await rude((socket) => socket.write(`HTTP/1.1 ${status} Word\r\n${head}\r\n\r\n`));
    expect(await send(url)).toMatchObject({ status, ...expected });
  });

  it('keeps the first KiB of an answer that never ends, and cuts it', async () => {
    let sent = 0;
    const url = await rude((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = () => {
        sent += 1;
        if (socket.write(`400\r\n${'x'.repeat(1024)}\r\n`)) setImmediate(more);
        else socket.once('drain', more);
      };
      more();
    });
    const attempt = await send(url);
    expect(attempt).toMatchObject({ outcome: 'delivered', answer: 'x'.repeat(1024) });
    const cut = sockets.at(-1);
    if (cut !== undefined && !cut.destroyed) await new Promise((resolve) => cut.once('close', resolve));
    expect(sent).toBeLessThan(100_000); // of 100 MB
  });

  it('is delivered by the head of an answer whose body comes a byte at a time', async () => {
    const url = await rude((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 100);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await send(url)).toMatchObject({ outcome: 'delivered', answer: expect.stringMatching(/^x+$/) });
  });

  it('fails when the head of the answer comes a byte at a time, and takes too long', async () => {
    const impatient = new Sender({ allowPrivate: true, clock: Date.now, attemptMs: 300 });
    const url = await rude((socket) => {
      const timer = setInterval(() => socket.write('H'), 50);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await send(url, impatient)).toMatchObject({ outcome: 'failed', answer: '' });
    const slow = await rude((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const timer = setInterval(() => socket.write('x'), 50);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await send(slow, impatient)).toMatchObject({ outcome: 'failed', reason: 'no answer within 300 ms' });
    impatient.close();
  });

  it.each<[string, string]>([
    ['is not HTTP', 'garbage\0\r\n\r\n'],
    ['has a malformed header', 'HTTP/1.1 200 OK\r\nno colon\0\x7f\r\n\r\n'],
    ['has a long head', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['has two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
  ])('fails when the answer %s', async (_, text) => {
    const url = await rude((socket) => socket.write(text));
    expect(await send(url)).toMatchObject({ outcome: 'failed', reason: expect.any(String), answer: '' });
  });

  it('fails when the receiver switches to another protocol, or answers forever that it will answer', async () => {
    const switching = await rude((socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    );
    expect(await send(switching)).toMatchObject({ outcome: 'failed', reason: 'the receiver answers 101' });
    const impatient = new Sender({ allowPrivate: true, clock: Date.now, attemptMs: 300 });
    const promising = await rude((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await send(promising, impatient)).toMatchObject({ outcome: 'failed', reason: 'no answer within 300 ms' });
    impatient.close();
  });

  it('fails when the receiver disconnects, or the process stops', async () => {
    const url = await rude((socket) => socket.destroy());
    expect(await send(url)).toMatchObject({ outcome: 'failed' });
    const silent = await rude(() => undefined);
    const stopping = new AbortController();
    const sending = sender.send({ url: silent, secrets: [secret] }, message, stopping.signal);
    stopping.abort();
    expect(await sending).toMatchObject({ outcome: 'failed', reason: 'the server is stopping' });
  });

  it('is sent again when the receiver has just closed the connection that was kept', async () => {
    let connections = 0;
    const url = await rude((socket) => {
      connections += 1;
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect(await send(url)).toMatchObject({ outcome: 'delivered' });
    expect(await send(url)).toMatchObject({ outcome: 'delivered' });
    expect(connections).toBe(2);
  });

  it('goes to no receiver whose certificate nobody vouches for', async () => {
    const server = createHttps(await readCertificate(await selfSignedCertificate()), (_, response) =>
      response.end(),
    ).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const attempt = await send(`https://localhost:${(server.address() as AddressInfo).port}/`);
    expect(attempt).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/certificate/i) });
    await new Promise((resolve) => server.close(resolve));
  });

  it('goes to no address that is not allowed, and never to the metadata of a cloud', async () => {
    const receiver = await WebhookReceiver.start();
    const { port } = new URL(receiver.url);
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', 'localhost']) {
      const url = `https://${host}:${port}/`;
      expect(await send(url, careful)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('public') });
    }
    expect(await send(receiver.url, careful)).toMatchObject({ outcome: 'failed' });
    for (const url of ['http://169.254.169.254/', 'http://[fd00:ec2::254]/', 'http://0xa9fea9fe/']) {
      expect(await send(url)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('metadata') });
    }
    expect(receiver.arrived).toEqual([]);
    await receiver.close();
  });
});
