import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempFolder } from '../support/temp-folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const OPTIONS = 'proto/appledger/v1/options.proto';
const GENERATED = 'libs/registry/contract/gen/appledger/v1/options_pb.ts';

/** What the check of the definitions needs of the repository. */
const NEEDED = [
  'buf.yaml',
  'package.json',
  'proto',
  'scripts',
  'test/proto',
  'test/gen',
  'libs/engine/contract/gen',
  'libs/registry/contract/gen',
];

/** Checks a copy of the definitions in which one file is changed. */
async function checkWith(file: string, change: (text: string) => string) {
  const copy = tempFolder();
  for (const path of NEEDED) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const before = readFileSync(join(copy, file), 'utf8');
  writeFileSync(join(copy, file), change(before));
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [join(copy, 'scripts/protos.mjs'), 'check'], { cwd: copy }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });
}

describe('the check of the protobuf definitions', () => {
  it('passes when the definitions are as they were released', async () => {
    expect(await checkWith(OPTIONS, (text) => text)).toEqual({ code: 0, output: '' });
  });

  it('finds a field whose number differs from the released one', async () => {
    const { code, output } = await checkWith(OPTIONS, (text) => text.replace('id_field = 1', 'id_field = 9'));
    expect(code).toBe(1);
    expect(output).toContain('Previously present field "1" with name "id_field" on message "EventStream" was deleted.');
  });

  it('finds a name that breaks the conventions', async () => {
    const { code, output } = await checkWith(OPTIONS, (text) => `${text}\nmessage lower_case {}\n`);
    expect(code).toBe(1);
    expect(output).toContain('Message name "lower_case" should be PascalCase');
  });

  it('finds generated code that is not what the definitions generate', async () => {
    const { code, output } = await checkWith(GENERATED, (text) => `${text}// changed by hand\n`);
    expect(code).toBe(1);
    expect(output).toContain(`${GENERATED} is not what the definitions generate: npm run protos`);
  });
});
