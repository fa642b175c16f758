import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publicEvent } from '#libs/engine/events/event-definition.js';
import { count, object, optional, text } from '#libs/engine/kernel/shape.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { afterRelease, changesOf, eventForms } from './event-forms.js';
import { checkReleasedEvents, releaseEvents } from './released-events.js';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const metadata = object({ schemaVersion: count }).schema;
const first = publicEvent('item.added', object({ itemId: text }));
const second = first.nextVersion(object({ itemId: text, name: text }), (data) => ({ ...data, name: '' }));
const files = new Map([
  ['ItemAdded.v1.json', '{}'],
  ['ItemAdded.v1.of-a-copy.json', '{"a":1}'],
]);
const released = afterRelease({}, eventForms({ ItemAdded: first }, metadata, files), '1.0.0');

describe('released event forms', () => {
  it('are those of the checkout', () => {
    expect(checkReleasedEvents(checkout)).toEqual({ ok: true, lines: [expect.stringContaining('unchanged')] });
  });

  it('are unchanged when a version or a golden file is added', () => {
    const more = new Map([...files, ['ItemAdded.v2.json', '{}'], ['ItemAdded.v1.of-a-move.json', '{}']]);
    const now = eventForms({ ItemAdded: second }, metadata, more);
    expect(changesOf(released, now)).toEqual([]);
    const after = afterRelease(released, now, '1.1.0');
    expect(Object.entries(after).map(([form, { release }]) => [form, release])).toEqual([
      ['metadata', '1.0.0'],
      ['ItemAdded.v1', '1.0.0'],
      ['ItemAdded.v2', '1.1.0'],
    ]);
    expect(after['ItemAdded.v1']).toEqual(released['ItemAdded.v1']);
  });

  it('are unchanged when the metadata get a field that may be absent', () => {
    const more = object({ schemaVersion: count, note: optional(text) }).schema;
    expect(changesOf(released, eventForms({ ItemAdded: first }, more, files))).toEqual([]);
  });

  it.each([
    [
      'a golden file is changed',
      { ItemAdded: first },
      metadata,
      new Map([...files, ['ItemAdded.v1.json', '{ }']]),
      'ItemAdded.v1.json',
    ],
    [
      'a golden file is removed',
      { ItemAdded: first },
      metadata,
      new Map([...files].slice(0, 1)),
      'ItemAdded.v1.of-a-copy.json',
    ],
    [
      'a shape gets an optional field',
      { ItemAdded: publicEvent('item.added', object({ itemId: text, note: optional(text) })) },
      metadata,
      files,
      'the shape of ItemAdded.v1',
    ],
    ['a type is removed', {}, metadata, files, 'ItemAdded.v1, released in 1.0.0, is not read any more'],
    [
      'the metadata get a field that must be there',
      { ItemAdded: first },
      object({ schemaVersion: count, more: text }).schema,
      files,
      'the shape of metadata',
    ],
  ])('are changed when %s', (_, definitions, shape, golden, line) => {
    const changes = changesOf(released, eventForms(definitions, shape, golden));
    expect(changes).toEqual([expect.stringContaining(line)]);
  });

  it('fail the check, and the next release, when a golden file of a checkout is changed', () => {
    const copy = tempFolder();
    mkdirSync(join(copy, 'test'));
    cpSync(join(checkout, 'test', 'golden'), join(copy, 'test', 'golden'), { recursive: true });
    expect(checkReleasedEvents(copy).ok).toBe(true);
    const file = join(copy, 'test', 'golden', 'events', 'ProjectAdded.v1.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"projectId"', '"project"'));
    for (const result of [checkReleasedEvents(copy), releaseEvents(copy, '9.9.9')]) {
      expect(result).toMatchObject({ ok: false });
      expect(result.lines[0]).toMatch(/^golden file ProjectAdded\.v1\.json, released in .* has changed or is missing$/);
    }
    rmSync(copy, { recursive: true });
  });
});
