import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import { features } from '#libs/registry/features.js';
import { Projecting } from '../../../test/support/projecting.js';
import { logMismatch } from './log-match.js';

const streamPrefixes = features.codec.streams.prefixes;
let projecting: Projecting;
beforeEach(async () => {
  projecting = await Projecting.open();
});
afterEach(() => projecting.close());

/** The newest event, as a checkpoint remembers it. */
async function newest(): Promise<EventMark> {
  for await (const { id, stream, revision, position } of projecting.eventStore.readAll({
    direction: 'backwards',
    limit: 1,
  })) {
    return { id, stream, revision, position };
  }
  throw new Error('the store is empty');
}

describe('documents match the log', () => {
  it('when they hold nothing', async () => {
    expect(
      await logMismatch(projecting.eventStore, { streamPrefixes, checkpoint: -1n, lastEvent: undefined }),
    ).toBeUndefined();
  });

  it('when the event at the checkpoint is where it was', async () => {
    const checkpoint = await projecting.addApplication('1');
    const lastEvent = await newest();
    await projecting.addApplication('2');
    expect(await logMismatch(projecting.eventStore, { streamPrefixes, checkpoint, lastEvent })).toBeUndefined();
  });

  it('when only other programs have written between the event and the checkpoint', async () => {
    await projecting.addApplication('1');
    const lastEvent = await newest();
    const checkpoint = await projecting.addForeign(3);
    await projecting.addApplication('2');
    expect(await logMismatch(projecting.eventStore, { streamPrefixes, checkpoint, lastEvent })).toBeUndefined();
  });

  it('when only other programs had written up to the checkpoint', async () => {
    const checkpoint = await projecting.addForeign(3);
    await projecting.addApplication('2');
    expect(
      await logMismatch(projecting.eventStore, { streamPrefixes, checkpoint, lastEvent: undefined }),
    ).toBeUndefined();
  });
});

describe('documents do not match the log', () => {
  it('when it ends before their checkpoint', async () => {
    await projecting.addApplication('1');
    const lastEvent = await newest();
    const why = await logMismatch(projecting.eventStore, { streamPrefixes, checkpoint: 7n, lastEvent });
    expect(why).toBe('they hold events up to position 7, and it ends at 1');
  });

  it.each<[string, Partial<EventMark>]>([
    ['another event is there', { id: '5d0f1f9c-2f7a-4f0e-9d0a-2f6f0a4b7c31' }],
    ['it is at another position', { position: 0n }],
    ['its stream does not go so far', { revision: 5n }],
    ['its stream is not there', { stream: 'application-2' }],
  ])('when the event at the checkpoint is not where it was: %s', async (_, other) => {
    const checkpoint = await projecting.addApplication('1');
    const lastEvent = { ...(await newest()), ...other };
    const why = await logMismatch(projecting.eventStore, { streamPrefixes, checkpoint, lastEvent });
    expect(why).toBe(`event ${lastEvent.id} is not at position ${lastEvent.position}`);
  });

  it('when an own event is at a position where other programs had written', async () => {
    await projecting.addApplication('1');
    const lastEvent = await newest();
    const checkpoint = await projecting.addApplication('2');
    expect(await logMismatch(projecting.eventStore, { streamPrefixes, checkpoint, lastEvent })).toMatch(
      /^event [\w-]+ at position 2 is new to them$/,
    );
  });
});
