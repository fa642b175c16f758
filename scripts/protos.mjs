/**
 * Protobuf definitions: generates code from them, and checks them.
 *
 *     node scripts/protos.mjs generate   writes the generated code again
 *     node scripts/protos.mjs check      lints the definitions, compares them with the last released form, and fails
 *                                        when the generated code is not theirs
 *     node scripts/protos.mjs release    makes the present definitions the released form, which later ones must not break
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { run } from './run.mjs';
import { inRoot, root, tell } from './workspace.mjs';

const BIN = inRoot('node_modules', '.bin');

/** Definitions as they were released last, as buf's image: what clients were built against. */
const RELEASED = 'proto/released.binpb';

const ENGINE = '#libs/engine/contract/gen';
const REGISTRY = '#libs/registry/contract/gen';

/** Where the code of which definitions goes. Imports of another folder's code name it from the root. */
const TARGETS = [
  {
    paths: ['proto/google', 'proto/grpc', 'proto/validate', 'proto/buf'],
    out: 'libs/engine/contract/gen',
    imports: {},
  },
  {
    paths: ['proto/appledger'],
    out: 'libs/registry/contract/gen',
    imports: { google: ENGINE, buf: ENGINE },
  },
  {
    paths: ['test/proto/sample'],
    out: 'test/gen',
    imports: { google: ENGINE, buf: ENGINE, appledger: REGISTRY },
  },
];

const commands = { generate: () => generate(root), check, release };

const [name, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, name) || rest.length > 0) {
  tell(`usage: node scripts/protos.mjs ${Object.keys(commands).join('|')}`);
  process.exit(2);
}
process.exit((await commands[name]()) ? 0 : 1);

/** Generates the code of every target below a folder. */
async function generate(folder) {
  for (const { paths, out, imports } of TARGETS) {
    rmSync(join(folder, out), { recursive: true, force: true });
    const rewrites = Object.entries(imports).map(([from, to]) => `rewrite_imports=./${from}/**/*_pb.js:${to}`);
    const plugin = {
      local: 'protoc-gen-es',
      out: join(folder, out),
      opt: ['target=ts', 'import_extension=js', ...rewrites],
    };
    const template = JSON.stringify({ version: 'v2', plugins: [plugin] });
    if (!(await buf('generate', '--template', template, ...paths.flatMap((path) => ['--path', path])))) return false;
  }
  return true;
}

async function check() {
  if (!(await buf('lint'))) return false;
  if (!(await buf('breaking', 'proto', '--against', RELEASED))) return false;
  const fresh = mkdtempSync(join(tmpdir(), 'appledger-protos-'));
  try {
    if (!(await generate(fresh))) return false;
    const stale = TARGETS.flatMap(({ out }) => differences(join(fresh, out), inRoot(out)));
    for (const file of stale) tell(`${relative(root, file)} is not what the definitions generate: npm run protos`);
    return stale.length === 0;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function release() {
  return buf('build', 'proto', '--exclude-source-info', '-o', RELEASED);
}

/** Files of the second folder that the first has otherwise, not at all, or beyond it. */
function differences(expected, actual) {
  const contents = (folder) =>
    new Map(filesIn(folder).map((file) => [relative(folder, file), readFileSync(file, 'utf8')]));
  const [wanted, present] = [contents(expected), contents(actual)];
  const names = new Set([...wanted.keys(), ...present.keys()]);
  return [...names].filter((file) => wanted.get(file) !== present.get(file)).map((file) => join(actual, file));
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Runs buf, which finds its plugin in node_modules. */
async function buf(...args) {
  process.env.PATH = `${BIN}${delimiter}${process.env.PATH}`;
  return (await run(join(BIN, 'buf'), args, 'inherit')) === 0;
}
