import { setTimeout as delay } from 'node:timers/promises';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { type DocumentReader, NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';
import { applicationsCollection } from '#libs/registry/applications/projections/applications/applications.document.js';
import { projectsCollection } from '#libs/registry/projects/projections/projects/projects.document.js';
import { StoredProgress } from './stored-progress.js';

const LONG_MS = 60_000;

/** Checkpoints that another process moves. */
class Checkpoints {
  position = NOTHING_PROJECTED;
  reads = 0;
  failure: Error | undefined;

  readonly documents = {
    checkpoint: async () => {
      this.reads += 1;
      await delay(1);
      if (this.failure !== undefined) throw this.failure;
      return this.position;
    },
  } as unknown as DocumentReader;
}

describe('the progress of documents that another process writes', () => {
  it('is read once for all waiting callers, until each position is reached', async () => {
    const checkpoints = new Checkpoints();
    const progress = new StoredProgress(checkpoints.documents);
    const waits = Array.from({ length: 50 }, (_, index) =>
      progress.waitFor(applicationsCollection, BigInt(index % 5), LONG_MS),
    );
    await delay(20);
    const before = checkpoints.reads;
    expect(before).toBeLessThan(20);
    checkpoints.position = 4n;
    expect(await Promise.all(waits)).toEqual(Array(50).fill(true));
    expect(progress.reached(applicationsCollection)).toBe(4n);
    await delay(50);
    expect(checkpoints.reads).toBeLessThanOrEqual(before + 2);
  });

  it('is not read for positions known to be reached, nor for callers that have timed out', async () => {
    const checkpoints = new Checkpoints();
    const progress = new StoredProgress(checkpoints.documents);
    checkpoints.position = 7n;
    expect(await progress.waitFor(applicationsCollection, 7n, LONG_MS)).toBe(true);
    const { reads } = checkpoints;
    expect(await progress.waitFor(applicationsCollection, 5n, 0)).toBe(true);
    expect(checkpoints.reads).toBe(reads);
    expect(await progress.waitFor(applicationsCollection, 8n, 5)).toBe(false);
    await delay(50);
    const after = checkpoints.reads;
    await delay(50);
    expect(checkpoints.reads).toBe(after);
  });

  it('is read once when nobody has the time to wait', async () => {
    const checkpoints = new Checkpoints();
    const progress = new StoredProgress(checkpoints.documents);
    expect(await progress.waitFor(applicationsCollection, 1n, 0)).toBe(false);
    checkpoints.position = 1n;
    expect(await progress.waitFor(applicationsCollection, 1n, 0)).toBe(true);
    expect(checkpoints.reads).toBe(2);
  });

  it('is tracked separately for each collection', async () => {
    const checkpoints = new Checkpoints();
    const progress = new StoredProgress(checkpoints.documents);
    await progress.read(applicationsCollection);
    expect(progress.reached(applicationsCollection)).toBe(NOTHING_PROJECTED);
    expect(progress.reached(projectsCollection)).toBeLessThan(NOTHING_PROJECTED);
  });

  it('rejects waiting callers when it cannot be read, and is read again for later ones', async () => {
    const checkpoints = new Checkpoints();
    const progress = new StoredProgress(checkpoints.documents);
    checkpoints.failure = new ReadModelUnavailableError('away');
    await expect(progress.waitFor(applicationsCollection, 1n, LONG_MS)).rejects.toThrow('away');
    checkpoints.failure = undefined;
    checkpoints.position = 1n;
    expect(await progress.waitFor(applicationsCollection, 1n, LONG_MS)).toBe(true);
  });
});
