import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';

const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const events = (count: number) => Array.from({ length: count }, (_, i) => jsonEvent({ type: 't', data: { i } }));

describe('an append by BatchAppend', () => {
  it.each([[30_000], [1]])(
    'of %d events is not written if its deadline passes before it has arrived',
    async (count) => {
      const stream = `late-${randomUUID()}`;
      const late = gateway.client.appendToStream(stream, events(count), { deadline: count === 1 ? -1_000 : 1 });
      await expect(late).rejects.toMatchObject({ type: 'deadline-exceeded' });
      expect(await gateway.log.streamHead(stream)).toBeUndefined();
      expect(await gateway.client.appendToStream(stream, events(1))).toMatchObject({ nextExpectedRevision: 0n });
    },
  );

  it.each([60_000, YEAR_MS, Number.POSITIVE_INFINITY])('is written if its deadline is in %d ms', async (deadline) => {
    const stream = `early-${randomUUID()}`;
    expect(await gateway.client.appendToStream(stream, events(2), { deadline })).toMatchObject({ success: true });
  });
});
