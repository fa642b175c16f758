import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './workspace.mjs';

const FOLDER = 'dist/programs';

/** Beside it, so that the paths in the source maps are right. */
const UNFINISHED = 'dist/programs.unfinished';

/** What users run. The names are those of the files in dist/programs. */
const PROGRAMS = {
  api: 'dist/apps/api/main.js',
  appledger: 'dist/apps/cli/main.js',
  'example-subscriber': 'dist/apps/example-subscriber/main.js',
  projector: 'dist/apps/projector/main.js',
  token: 'dist/apps/cli/token.js',
};

/** What the programs run in worker threads: libs/engine/runtime/worker-script.ts looks for the file names beside them. */
const WORKERS = [
  'dist/libs/engine/documents/embedded/file-check/check-worker.js',
  'dist/libs/engine/event-store-gateway/filters/expression-worker-thread.js',
  'dist/libs/registry/applications/app-keys/app-key-worker.js',
  'dist/libs/registry/composition/ledger/ledger-worker.js',
];

/** Packages that load files of their own folders: machine code, worker threads, plug-ins, static files. */
const LOADED_FROM_THEIR_FOLDERS = [
  '@fastify/swagger-ui',
  '@opentelemetry/api',
  '@opentelemetry/sdk-node',
  'fs-native-extensions',
  'lmdb',
  'mongodb',
  'oidc-provider',
  'pino',
  'pino-pretty',
];

/** Packages that NestJS loads where they are installed. Appledger does without them. */
const NOT_INSTALLED = [
  '@mikro-orm/core',
  '@nestjs/axios',
  '@nestjs/microservices',
  '@nestjs/mongoose',
  '@nestjs/platform-express',
  '@nestjs/sequelize',
  '@nestjs/typeorm',
  '@nestjs/websockets',
  'class-transformer',
  'mongoose',
  'sequelize',
  'typeorm',
];

/**
 * Joins the compiled modules of each program, and of the packages that it uses, into a few files: loading two and a half
 * thousand modules one by one takes longer than everything else that a server does until it listens. Modules that are
 * imported dynamically stay in files of their own, and programs share what they have in common. The files of the build
 * before are replaced when all new ones are there: programs can be started meanwhile.
 *
 * @throws Error a module or package is not found; the message names it
 */
export async function bundle() {
  const { build } = await import('esbuild'); // it is not there before the packages are installed
  rmSync(inRoot(UNFINISHED), { recursive: true, force: true });
  const workers = WORKERS.map((path) => [path.replace(/.*\/|\.js$/g, ''), path]);
  await build({
    absWorkingDir: inRoot(),
    entryPoints: { ...PROGRAMS, ...Object.fromEntries(workers) },
    outdir: UNFINISHED,
    // Flat: import.meta.url is the same folder in each file.
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'esnext', // the compiler before has chosen the language's version
    sourcemap: true,
    // With the paths of tsconfig.json it would compile the sources again, without the types that NestJS needs.
    tsconfigRaw: '{}',
    external: [...LOADED_FROM_THEIR_FOLDERS, ...NOT_INSTALLED],
    // Packages in CommonJS call require for what is not joined.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    logLevel: 'warning',
  });
  replaceFiles(inRoot(FOLDER), inRoot(UNFINISHED));
}

/** Moves the files of a folder into another, and removes what else is there. Parts come first: programs import them. */
function replaceFiles(folder, newer) {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(newer).sort((a, b) => Number(isPart(b)) - Number(isPart(a)));
  for (const name of names) renameSync(join(newer, name), join(folder, name));
  for (const name of readdirSync(folder)) if (!names.includes(name)) rmSync(join(folder, name));
  rmSync(newer, { recursive: true });
}

function isPart(name) {
  return name.startsWith('part-');
}
