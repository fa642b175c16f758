import { randomUUID } from 'node:crypto';
import {
  type Checkpoint,
  CheckpointConflictError,
  RecordedCheckpoint,
} from '#libs/engine/consumer/checkpoint-store.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';

const SAVERS = 8;
const LARGEST_POSITION = 2n ** 63n - 1n;

/** What every record store does for the checkpoints of consumers. @param records the store, once it is open */
export function checkpointStoreContract(records: () => RecordStore): void {
  let consumer: string;
  beforeEach(() => {
    consumer = `consumer ${randomUUID()}`;
  });

  const store = () => new RecordedCheckpoint(records(), consumer);
  const at = (position: bigint): Checkpoint => ({ position, lastEvent: undefined });
  const outcome = (saved: Promise<void>) =>
    saved.then(
      () => 'saved',
      (error: unknown) => (error instanceof CheckpointConflictError ? 'conflict' : Promise.reject(error)),
    );

  it('holds no checkpoint of a new consumer', async () => {
    expect(await store().load()).toBeUndefined();
  });

  it('answers what was saved last, to every reader', async () => {
    const writer = store();
    const lastEvent = { id: randomUUID(), stream: 'order-1', revision: LARGEST_POSITION, position: 7n };
    for (const checkpoint of [at(3n), { position: 9n, lastEvent }, { position: LARGEST_POSITION, lastEvent }]) {
      await writer.save(checkpoint);
      expect(await store().load()).toEqual(checkpoint);
      expect(await writer.load()).toEqual(checkpoint);
    }
  });

  it('keeps the checkpoints of two consumers apart', async () => {
    await store().save(at(3n));
    expect(await new RecordedCheckpoint(records(), `${consumer} and more`).load()).toBeUndefined();
  });

  it('refuses a checkpoint from a process that does not know the last one', async () => {
    const [first, second] = [store(), store()];
    await first.load();
    await second.load();
    await first.save(at(5n));
    await expect(second.save(at(4n))).rejects.toThrow(CheckpointConflictError);
    expect(await store().load()).toEqual(at(5n));
    await second.load();
    await second.save(at(6n));
    await expect(first.save(at(7n))).rejects.toThrow(CheckpointConflictError);
    expect(await store().load()).toEqual(at(6n));
  });

  it('lets one of several succeed that save at the same time', async () => {
    for (const position of [1n, 2n, 3n]) {
      const savers = await Promise.all(
        Array.from({ length: SAVERS }, async () => {
          const saver = store();
          await saver.load();
          return saver;
        }),
      );
      const outcomes = await Promise.all(savers.map((saver) => outcome(saver.save(at(position)))));
      expect(outcomes.filter((each) => each === 'saved')).toHaveLength(1);
      expect(await store().load()).toEqual(at(position));
    }
  });
}
