/**
 * The upper limit of a gRPC service on this machine with Node's HTTP/2: a bare server that reads a request and returns a
 * constant answer.
 *
 * BENCH_ANSWER: the answer's message, as base64.
 */
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

const message = Buffer.from(process.env.BENCH_ANSWER ?? '', 'base64');
const head = Buffer.alloc(5);
head.writeUInt32BE(message.length, 1);
const answer = Buffer.concat([head, message]);

const server = createServer();
server.on('stream', (stream) => {
  stream.on('error', () => {}); // the load generator has gone
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(answer);
  });
  stream.resume();
});
process.once('SIGTERM', () => server.close());
server.listen(0, '127.0.0.1', () => {
  console.log(`Bare gRPC listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
