import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { type Collection, NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';

/** The documents that the filler writes. */
export const fillings: Collection<{ readonly text: string }> = { name: 'fillings' };

/*
 * A program: fills the read model in the folder that it is given, document after document, until a write is refused.
 * Prints how many there are, what the refusal said, whether the first one is still answered, and the health.
 */
if (process.argv[1]?.endsWith('read-model-filler.js')) {
  const readModel = openEmbeddedReadModel(process.argv[2] ?? '');
  let stored = 0;
  let refused: unknown;
  while (refused === undefined && stored < 10_000) {
    const position = BigInt(stored + 1);
    const writes = [{ id: `${stored}`, position, document: { text: 'x'.repeat(2_000) } }];
    await readModel.apply({ collection: fillings, writes, after: NOTHING_PROJECTED, checkpoint: position }).then(
      () => {
        stored += 1;
      },
      (error) => {
        refused = error;
      },
    );
  }
  const first = (await readModel.get(fillings, '0'))?.text.length;
  console.log(JSON.stringify({ stored, refused: String(refused), first, health: await readModel.health() }));
  await readModel.close();
}
