import { readFileSync } from 'node:fs';
import { type FileDamage, outcomeOf, type SmallReadModel } from './damaged-read-model.js';

/*
 * A program: damages copies of a read model's file, and opens each. Arguments: a folder to use, the file, a file with
 * the answers, and one with the damages as JSON. Prints a line of JSON for each damage.
 */
const [folder = '', file = '', answers = '', damages = ''] = process.argv.slice(2);
const small: SmallReadModel = {
  bytes: readFileSync(file),
  answers: readFileSync(answers, 'utf8'),
};
for (const damage of JSON.parse(readFileSync(damages, 'utf8')) as readonly FileDamage[]) {
  console.log(JSON.stringify({ damage, outcome: await outcomeOf(folder, small, damage) }));
}
