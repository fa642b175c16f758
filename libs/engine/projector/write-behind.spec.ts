import type { Write } from '#libs/engine/documents/port/read-model.js';
import { type Load, WriteBehind } from './write-behind.js';

/** Writes that end when the test says so. */
class Writes {
  readonly loads: Load[] = [];
  readonly #ends: { resolve(): void; reject(error: Error): void }[] = [];
  readonly behind = new WriteBehind((load) => {
    this.loads.push(load);
    const { promise, resolve, reject } = withResolvers();
    this.#ends.push({ resolve, reject });
    return promise;
  });

  get ids(): readonly (readonly string[])[] {
    return this.loads.map(({ writes }) => [...writes.keys()]);
  }

  end(): void {
    this.#ends.shift()?.resolve();
  }

  fail(): void {
    this.#ends.shift()?.reject(new Error('the disk is full'));
  }
}

function withResolvers() {
  let resolve = (): void => undefined;
  let reject = (_: Error): void => undefined;
  const promise = new Promise<void>((onResolved, onRejected) => {
    resolve = onResolved;
    reject = onRejected;
  });
  return { promise, resolve, reject };
}

let position = 0n;
function load(...ids: readonly string[]): Load {
  position += 1n;
  return loadOf(ids.map((id) => ({ id, position, document: {} })));
}

function loadOf(writes: readonly Write<object>[]): Load {
  const byId = new Map(writes.map((write) => [write.id, write]));
  return {
    writes: byId,
    checkpoint: position,
    recordedAt: Number(position),
    lastEvent: undefined,
    events: writes.length,
  };
}

function manyIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${index}`);
}

const turn = () => new Promise(setImmediate);

describe('writing behind', () => {
  let writes: Writes;
  let behind: WriteBehind;
  beforeEach(() => {
    writes = new Writes();
    behind = writes.behind;
  });

  it('writes the first load at once, and joins the loads that are added while it writes', async () => {
    expect(behind.isIdle).toBe(true);
    await behind.add(load('a'));
    await behind.add(load('b'));
    await behind.add(load('c', 'b'));
    expect([writes.ids, behind.isIdle]).toEqual([[['a']], false]);
    writes.end();
    await turn();
    expect(writes.ids).toEqual([['a'], ['b', 'c']]);
    expect(writes.loads[1]).toMatchObject({ checkpoint: position, recordedAt: Number(position), events: 3 });
    writes.end();
    await behind.written();
    expect(behind.isIdle).toBe(true);
  });

  it('returns the latest state of each document until it has been written', async () => {
    await behind.add(load('a'));
    const first = position;
    await behind.add(load('a', 'b'));
    expect([behind.find('a')?.position, behind.find('b')?.position]).toEqual([position, position]);
    expect(behind.find('c')).toBeUndefined();
    expect(writes.loads[0]?.writes.get('a')?.position).toBe(first);
    writes.end();
    await turn();
    expect(behind.find('a')?.position).toBe(position);
    writes.end();
    await behind.written();
    expect(behind.find('a')).toBeUndefined();
  });

  it('creates a document that was added while it waited', async () => {
    await behind.add(load('other'));
    await behind.add(loadOf([{ id: 'a', position: 8n, document: {}, begins: true }]));
    await behind.add(loadOf([{ id: 'a', position: 9n, document: { now: 'changed' } }]));
    writes.end();
    await turn();
    expect(writes.loads[1]?.writes.get('a')).toEqual({
      id: 'a',
      position: 9n,
      document: { now: 'changed' },
      begins: true,
    });
  });

  it('delays further loads when many documents wait', async () => {
    await behind.add(load('first'));
    let hasRoom = false;
    const adding = behind.add(load(...manyIds(500))).then(() => {
      hasRoom = true;
    });
    await turn();
    expect(hasRoom).toBe(false);
    writes.end();
    await adding;
    expect(writes.ids.map(({ length }) => length)).toEqual([1, 500]);
  });

  it('writes nothing after a failure, and throws it to later callers, until it is reset', async () => {
    await behind.add(load('a'));
    await behind.add(load('b'));
    writes.fail();
    await turn();
    await expect(behind.add(load('c'))).rejects.toThrow('the disk is full');
    await expect(behind.written()).rejects.toThrow('the disk is full');
    expect(writes.ids).toEqual([['a']]);
    await behind.reset();
    expect([behind.isIdle, behind.find('b')]).toEqual([true, undefined]);
    await behind.add(load('d'));
    expect(writes.ids).toEqual([['a'], ['d']]);
  });

  it('throws a failure to callers that wait for room', async () => {
    await behind.add(load('first'));
    const adding = behind.add(load(...manyIds(500)));
    writes.fail();
    await expect(adding).rejects.toThrow('the disk is full');
  });
});
