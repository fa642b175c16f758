import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { type Collection, NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';

interface Doc {
  readonly name: string;
  readonly filling: string;
}

/** A collection of the writer; every few thousand documents it goes on to the next one, and drops the one before. */
export const generation = (number: number): Collection<Doc> => ({
  name: `docs_${number}`,
  indexes: [['name'], ['filling', 'name']],
});

const BATCHES_PER_GENERATION = 40;
const DOCUMENTS_PER_BATCH = 60;

/*
 * A program: writes to the read model in the folder that it is given until it is killed, beginning with the generation
 * that it is given. Prints the generation and the checkpoint of each batch when it is written, or the damage that was
 * found in the files.
 */
if (process.argv[1]?.endsWith('read-model-writer.js')) {
  const [, , folder = '', first = '0'] = process.argv;
  const warn = (fields: object) => console.log(JSON.stringify({ damaged: fields }));
  const readModel = openEmbeddedReadModel(folder, { log: { warn, error: warn } });
  for (let number = Number(first); ; number += 1) {
    const collection = generation(number);
    let after = NOTHING_PROJECTED;
    for (let batch = 0; batch < BATCHES_PER_GENERATION; batch += 1) {
      const checkpoint = BigInt(batch);
      const writes = Array.from({ length: DOCUMENTS_PER_BATCH }, (_, index) => {
        const id = (batch * 37 + index * 101) % 1_500;
        const filling = 'x'.repeat(id % 97 === 0 ? 20_000 : id % 300);
        const document = index % 13 === 0 ? undefined : { name: `${(id * 7919 + batch) % 5_000}`, filling };
        return { id: `${id}`, position: checkpoint, document };
      });
      const distinct = new Map(writes.map((write) => [write.id, write]));
      await readModel.apply({ collection, writes: [...distinct.values()], after, checkpoint });
      after = checkpoint;
      console.log(JSON.stringify({ generation: number, checkpoint: Number(checkpoint) }));
    }
    if (number > Number(first)) await readModel.drop(generation(number - 1));
  }
}
