import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';

const EVENTS = 4_000;
const EVENTS_PER_APPEND = 400;
/** Large enough that back-pressure stops the gateway from reading ahead of a slow client. */
const filler = 'x'.repeat(2_000);

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

async function longStream(): Promise<string> {
  const stream = `long-${randomUUID()}`;
  for (let n = 0; n < EVENTS; n += EVENTS_PER_APPEND) {
    const events = Array.from({ length: EVENTS_PER_APPEND }, () => jsonEvent({ type: 't', data: { filler } }));
    await gateway.client.appendToStream(stream, events);
  }
  return stream;
}

/** Reads a stream and runs `act` after the first event. Returns the revisions, and how the read ended. */
async function readAround(stream: string, direction: 'forwards' | 'backwards', act: () => Promise<unknown>) {
  const fromRevision = direction === 'forwards' ? 'start' : 'end';
  const revisions: number[] = [];
  try {
    for await (const { event } of gateway.client.readStream(stream, { direction, fromRevision })) {
      if (revisions.length === 0) await act();
      revisions.push(Number(event?.revision));
    }
    return { revisions, end: 'complete' };
  } catch (error) {
    return { revisions, end: (error as { type?: string }).type };
  }
}

describe.each(['forwards', 'backwards'] as const)('a slow read %s', (direction) => {
  it('ends with stream-not-found when the stream is deleted', async () => {
    const stream = await longStream();
    const { revisions, end } = await readAround(stream, direction, () => gateway.client.deleteStream(stream));
    expect(end).toBe('stream-not-found');
    expect(revisions.length).toBeLessThan(EVENTS);
  });

  it('ends with stream-deleted when the stream is tombstoned', async () => {
    const stream = await longStream();
    const { revisions, end } = await readAround(stream, direction, () => gateway.client.tombstoneStream(stream));
    expect(end).toBe('stream-deleted');
    expect(revisions.length).toBeLessThan(EVENTS);
  });

  it('omits unread events that are truncated meanwhile, and is complete', async () => {
    const stream = await longStream();
    const truncateBefore = EVENTS - 2;
    const cut = () => gateway.client.setStreamMetadata(stream, { truncateBefore });
    const { revisions, end } = await readAround(stream, direction, cut);
    expect(end).toBe('complete');
    expect(revisions).toContain(EVENTS - 1);
    expect(revisions.length).toBeLessThan(EVENTS);
  });

  it('that has returned every event is complete even if the stream is deleted', async () => {
    const stream = `short-${randomUUID()}`;
    await gateway.client.appendToStream(stream, [
      jsonEvent({ type: 't', data: {} }),
      jsonEvent({ type: 't', data: {} }),
    ]);
    const { revisions, end } = await readAround(stream, direction, () => gateway.client.deleteStream(stream));
    expect([revisions.length, end]).toEqual([2, 'complete']);
  });
});
