import { resolve } from 'node:path';

const PROGRAMS = resolve(import.meta.dirname, '../../dist/programs');

/** The programs that the build makes, as users start them. */
export type ProgramName = 'api' | 'appledger' | 'example-subscriber' | 'projector' | 'token';

/** The file of a built program, to be run by Node.js. */
export function builtProgram(name: ProgramName): string {
  return resolve(PROGRAMS, `${name}.js`);
}
