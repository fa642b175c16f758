import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { features } from '#libs/registry/features.js';
import { combineFeatures } from '#libs/registry/shared/features/combine-features.js';
import { type ApiServer, startApiServer } from '../../apps/api/api-server.js';
import { generatedPages } from '../../apps/cli/documentation/pages.js';
import { NotesService } from '../gen/sample/notes/v1/notes_pb.js';
import { silentLog } from '../support/silent-log.js';
import { type Outcome, type Speaker, speakersOf } from '../support/speakers.js';
import { tempFolder } from '../support/temp-folder.js';
import { readers } from './sample-feature/note-readers.js';
import { notesFeature } from './sample-feature/notes.feature.js';

/** All that adds the sample feature, beside its folder. */
const withNotes = combineFeatures([...features.features, notesFeature]);

const POLL_MS = 5;

const { addNote, getNote } = NotesService.method;

let server: ApiServer;
let speakers: readonly Speaker[];
let close: () => void;
beforeAll(async () => {
  const configuration = readConfiguration({
    APPLEDGER_DATA_DIR: tempFolder(),
    APPLEDGER_PORT: '0',
    APPLEDGER_GATEWAY_PORT: '0',
  });
  server = await startApiServer(configuration, silentLog, withNotes);
  ({ speakers, close } = speakersOf(server.url, withNotes.contract));
});
afterAll(async () => {
  close();
  await server.stop();
});

async function headersOf(...roles: readonly string[]) {
  return { authorization: `Bearer ${await server.development?.issuer.mintToken({ roles })}` };
}

/** The outcome of one call on every protocol. */
async function everywhere(...call: Parameters<Speaker['call']>): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const speaker of speakers) outcomes.set(speaker.protocol, await speaker.call(...call));
  return outcomes;
}

/** The same outcome on every protocol. */
function alike(outcome: unknown): ReadonlyMap<string, unknown> {
  return new Map(speakers.map(({ protocol }) => [protocol, outcome]));
}

describe('a feature that is added by a folder and a line', () => {
  it('is served on REST, gRPC, gRPC-web and Connect', async () => {
    const headers = await headersOf('ORG_OWNER');
    for (const speaker of speakers) {
      const text = `by ${speaker.protocol}`;
      const added = await speaker.call(addNote, { text }, headers);
      expect(added).toEqual({ answer: { noteId: expect.any(String) } });
      const { noteId } = (added as { answer: { noteId: string } }).answer;
      expect(await everywhere(getNote, { noteId }, headers)).toEqual(alike({ answer: { noteId, text } }));
    }
  });

  it('has its refusals, its field rules and its permissions on each of them', async () => {
    const headers = await headersOf('ORG_OWNER');
    expect(await everywhere(getNote, { noteId: '7' }, headers)).toEqual(
      alike({ code: 5, message: 'Note not found (NOTE-d3e4f)', id: 'NOTE-d3e4f' }),
    );
    expect(await everywhere(addNote, { text: ' ' }, headers)).toEqual(
      alike({ code: 3, message: 'Note is empty (NOTE-a1b2c)', id: 'NOTE-a1b2c' }),
    );
    expect(await everywhere(addNote, { text: '' }, headers)).toEqual(
      alike({ code: 3, message: 'text: must have 1 to 200 characters (got 0)', id: undefined }),
    );
    const viewer = await headersOf('ORG_OWNER_VIEWER');
    expect(await everywhere(addNote, { text: 'seen' }, viewer)).toEqual(
      alike({ code: 7, message: 'No matching permissions found (AUTH-5mWD2)', id: 'AUTH-5mWD2' }),
    );
  });

  it('has consumers of its events, and periodic work, which health, metrics and docs/consumers.md show', async () => {
    const [speaker] = speakers;
    await speaker?.call(addNote, { text: 'to be read' }, await headersOf('ORG_OWNER'));
    while (!readers.aloud.includes('to be read')) await delay(POLL_MS);
    const shown = async (path: string) => (await fetch(`${server.url}${path}`)).text();
    const { details } = JSON.parse(await shown('/debug/ready'));
    expect(details['consumer note reader']).toMatchObject({ status: 'up', state: 'live' });
    expect(details['work note speaker']).toEqual({ status: 'up', state: 'working' });
    expect(JSON.parse(await shown('/debug/consumers'))).toMatchObject({
      projections: expect.arrayContaining([expect.objectContaining({ name: 'notes', role: 'working' })]),
      consumers: [{ name: 'note reader', events: ['NoteAdded'], role: 'working', state: 'live' }],
      work: expect.arrayContaining([{ name: 'note speaker', role: 'working', isFailing: false }]),
    });
    expect(await shown('/debug/metrics')).toContain('appledger_consumer_stopped{consumer="note reader"} 0');
    const page = generatedPages(withNotes)['docs/consumers.md']?.();
    expect(page).toContain('| consumer `note reader` | NoteAdded |');
    expect(page).toContain('| `note speaker` | reads notes aloud | 0.01 s |');
  });

  it('has plain routes, in openapi.json too', async () => {
    const answer = await fetch(`${server.url}/notes/format/characters`);
    expect([answer.status, await answer.json()]).toEqual([200, { unit: 'characters', max: 200 }]);
    const document = JSON.parse(generatedPages(withNotes)['docs/openapi.json']?.() ?? '');
    expect(document.paths['/notes/format/{unit}'].get).toMatchObject({ operationId: 'GetNoteFormat', tags: ['Notes'] });
  });

  it('is in openapi.json, which stays valid', async () => {
    const document = JSON.parse(generatedPages(withNotes)['docs/openapi.json']?.() ?? '');
    expect(await new Validator().validate(document)).toEqual({ valid: true });
    expect(Object.keys(document.paths['/notes/v1/notes'])).toEqual(['post']);
    expect(document.paths['/notes/v1/notes/{noteId}'].get).toMatchObject({ summary: 'Read a note', tags: ['Notes'] });
    expect(document.tags).toContainEqual({ name: 'Notes', description: 'Texts that are kept for an organization.' });
  });

  it('is in docs/events.md and docs/errors.md', () => {
    const pages = generatedPages(withNotes);
    expect(pages['docs/events.md']?.()).toContain('| `note-<noteId>` | one note |');
    expect(pages['docs/events.md']?.()).toContain('## NoteAdded\n\nVersion 1. Public name: `note.added`.');
    expect(pages['docs/errors.md']?.()).toContain(
      '| `NOTE-d3e4f` | 5 NOT_FOUND | Note not found | read: note missing |',
    );
  });

  it('has every part that the recipe in CONTRIBUTING.md names', () => {
    const recipe = readFileSync(join(import.meta.dirname, '../../CONTRIBUTING.md'), 'utf8')
      .split('\n## ')
      .find((section) => section.startsWith('Recipe: add an aggregate'));
    const named = [...(recipe ?? '').matchAll(/`([a-zA-Z]+)`(?=[^`\n]* —)/g)].map(([, part]) => part);
    const { name: _, ...parts } = notesFeature;
    expect(named.toSorted()).toEqual(Object.keys(parts).toSorted());
  });
});
