import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { bundle } from './bundle.mjs';
import { runNode } from './run.mjs';
import { inRoot, root, tell } from './workspace.mjs';

const SOURCES = ['apps', 'libs', 'test'];
const CONFIGURATION = ['.swcrc', 'package.json', 'package-lock.json', 'scripts/bundle.mjs'];
const STAMP = inRoot('dist', '.built-from');
const SOURCE = /\.ts$/;
const OUTPUT = /\.js(\.map)?$/;

/** Whether dist was built from the current sources. */
export function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

/** Compiles the sources into dist, removes files of dist whose source no longer exists, and joins the programs' modules. */
export async function build() {
  tell('Building …');
  mkdirSync(inRoot('dist'), { recursive: true });
  rmSync(STAMP, { force: true });
  const from = fingerprint(); // taken first: a source that changes meanwhile makes the next run build again
  const swc = inRoot('node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const present = SOURCES.filter((folder) => existsSync(inRoot(folder)));
  let errors = '';
  const args = [swc, ...present, '-d', 'dist', '--config-file', '.swcrc', '--quiet'];
  const code = await runNode(args, ['ignore', 'ignore', 'pipe'], (text) => {
    errors += text;
  });
  if (code !== 0) {
    process.stderr.write(errors);
    throw new Error('the build failed: the compiler’s message is above');
  }
  removeStaleOutput();
  await bundle();
  writeFileSync(STAMP, from);
}

/** A hash of the names and contents of everything that the build reads. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = SOURCES.flatMap((folder) => filesIn(inRoot(folder))).filter((file) => SOURCE.test(file));
  for (const file of [...sources.sort(), ...CONFIGURATION.map((name) => inRoot(name))]) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function removeStaleOutput() {
  for (const folder of SOURCES) {
    for (const file of filesIn(inRoot('dist', folder))) {
      const source = inRoot(relative(inRoot('dist'), file)).replace(OUTPUT, '.ts');
      if (OUTPUT.test(basename(file)) && !existsSync(source)) rmSync(file, { force: true });
    }
  }
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}
