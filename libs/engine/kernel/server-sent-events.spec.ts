import { serverSentMessages } from './server-sent-events.js';

const STREAM = `retry: 1000

: a heartbeat

id: 1
event: project.added
data: {"name":"a: ü\\n"}

data:x

id: 2
event: cut off`;

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it.each([1, 2, 7, 1_000])('messages are read from chunks of %d bytes', async (size) => {
  const messages: unknown[] = [];
  for await (const message of serverSentMessages(inChunks(Buffer.from(STREAM), size))) messages.push(message);
  expect(messages).toEqual([
    { retry: '1000' },
    { id: '1', event: 'project.added', data: '{"name":"a: ü\\n"}' },
    { data: 'x' },
  ]);
});
