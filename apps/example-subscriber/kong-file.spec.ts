import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { tempFolder } from '../../test/support/temp-folder.js';
import type { ApplicationEvent } from './application-event.js';
import { BrokenFileError, KongFile } from './kong-file.js';

const OWN = `# the gateway of the shop
_format_version: "3.0"
services:
  - name: shop # port 80 until May
    url: http://shop.example:80
consumers:
  - username: application-21 # of another team, and so without the tag
    tags: [by-hand]
  - username: bob
`;

let folder: string;
let path: string;
beforeEach(() => {
  folder = tempFolder();
  path = join(folder, 'kong.yml');
});

const event = (applicationId: string, sequence: number, type: string, data: object): ApplicationEvent => ({
  type: `project.application.${type}`,
  applicationId,
  sequence,
  data: { ...data },
});
const added = (id: string) => event(id, 1, 'added', { projectId: '11', name: `App ${id}` });
const configured = (id: string) => event(id, 2, 'config.api.added', { clientId: `9${id}` });
const removed = (id: string) => event(id, 3, 'removed', {});
const names = () => parse(readFileSync(path, 'utf8')).consumers.map(({ username }: { username: string }) => username);

it('begins a file, and has an entry for each application that is entered at the same time', async () => {
  const file = new KongFile(path);
  const ids = Array.from({ length: 20 }, (_, index) => `${100 + index}`);
  await Promise.all(ids.flatMap((id) => [file.enter(added(id)), file.enter(configured(id))]));
  const { _format_version: version, consumers } = parse(readFileSync(path, 'utf8'));
  expect(version).toBe('3.0');
  expect(consumers).toHaveLength(20);
  expect(consumers[7]).toEqual({
    username: 'application-107',
    custom_id: '9107',
    tags: ['appledger'],
    acls: [{ group: 'project-11' }],
    _comment: 'App 107',
  });
  expect(readFileSync(path, 'utf8')).toContain('\n  - username: application-107\n');
  expect(readdirSync(folder)).toEqual(['kong.yml']);
});

it('keeps what others have written, with their comments and the mode of the file', async () => {
  writeFileSync(path, OWN, { mode: 0o640 });
  const file = new KongFile(path);
  for (const each of [added('21'), configured('21'), added('22'), configured('22')]) await file.enter(each);
  expect(names()).toEqual(['application-21', 'bob', 'application-21', 'application-22']);
  await file.enter(removed('21'));
  expect(names()).toEqual(['application-21', 'bob', 'application-22']);
  const text = readFileSync(path, 'utf8');
  expect(text.slice(0, text.indexOf('  - username: bob'))).toBe(OWN.slice(0, OWN.indexOf('  - username: bob')));
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

it('does not write the file for an event that arrives again', async () => {
  await new KongFile(path).enter(added('21'));
  const { ino, mtimeMs } = statSync(path);
  expect(await new KongFile(path).enter(added('21'))).toBe(false);
  expect(statSync(path)).toMatchObject({ ino, mtimeMs });
});

it.each([
  ['consumers: [', 'Flow'],
  ['', '_format_version'],
  ['just a text', '_format_version'],
  ['_format_version: "1.1"', '_format_version'],
])('refuses the file %j, and leaves it as it is', async (text, reason) => {
  writeFileSync(path, text);
  const file = new KongFile(path);
  const refused = file.enter(added('21'));
  await expect(refused).rejects.toThrow(BrokenFileError);
  await expect(refused).rejects.toThrow(reason);
  expect(readFileSync(path, 'utf8')).toBe(text);
  writeFileSync(path, OWN); // corrected
  expect(await file.enter(added('21'))).toBe(true);
});

it('leaves nothing behind when the file cannot be replaced', async () => {
  const file = new KongFile(join(folder, 'absent', 'kong.yml'));
  await expect(file.enter(added('21'))).rejects.toThrow('ENOENT');
  expect(readdirSync(folder)).toEqual([]);
});
