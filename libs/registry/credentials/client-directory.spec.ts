import { type EmbeddedReadModel, openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import { type ClientDocument, clientsCollection } from '#libs/registry/applications/index.js';
import { type ProjectDocument, projectsCollection } from '#libs/registry/projects/index.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { ClientDirectory } from './client-directory.js';

const details = { sequence: '2', creationDate: '', changeDate: '', resourceOwner: '5' };
const client: ClientDocument = {
  id: '1',
  projectId: '2',
  state: 'active',
  clientId: '3',
  authMethod: 'basic',
  secrets: [],
  details,
};
const project = { id: '2', state: 'active', details } as unknown as ProjectDocument;

let isCurrent: boolean;
let readModel: EmbeddedReadModel;
let directory: ClientDirectory;
beforeEach(async () => {
  isCurrent = true;
  readModel = openEmbeddedReadModel(tempFolder());
  await readModel.prepare(clientsCollection);
  await readModel.prepare(projectsCollection);
  await store(client, 1n);
  await readModel.apply({
    collection: projectsCollection,
    writes: [{ id: '2', position: 1n, document: project }],
    after: -1n,
    checkpoint: 1n,
  });
  const progress = { isFresh: () => false, waitUntilFresh: async () => isCurrent };
  directory = new ClientDirectory(readModel, new Freshness(new Watermark(), progress, readModel, 0, 'node'));
});
afterEach(() => readModel.close());

const store = (document: ClientDocument | undefined, position: bigint) =>
  readModel.apply({
    collection: clientsCollection,
    writes: [{ id: '1', position, document }],
    after: position === 1n ? -1n : 1n,
    checkpoint: position,
  });

const unavailable = { status: 503, oauthError: 'temporarily_unavailable' };

it('a client is found by its id, with the state of its project', async () => {
  expect(await directory.client('3')).toEqual({ client, isActive: true });
  await store({ ...client, state: 'inactive' }, 2n);
  expect(await directory.client('3')).toMatchObject({ isActive: false });
});

it('a client that was found before is looked up again each time', async () => {
  expect(await directory.client('3')).toBeDefined();
  await store(undefined, 2n);
  expect(await directory.client('3')).toBeUndefined();
});

it('a client that does not exist is not found, whatever its id is', async () => {
  for (const id of ['4', '', '1', '\0', '3\0', ' 3', 'ü', '__proto__', '3'.repeat(5_000)]) {
    expect(await directory.client(id)).toBeUndefined();
  }
});

it('nothing is said of a client while the documents are behind the event store, known or not', async () => {
  isCurrent = false;
  await expect(directory.client('3')).rejects.toMatchObject(unavailable);
  await expect(directory.client('4')).rejects.toMatchObject(unavailable);
  await expect(directory.key('5')).rejects.toMatchObject(unavailable);
  isCurrent = true;
  expect(await directory.client('3')).toBeDefined();
  isCurrent = false;
  await expect(directory.client('3')).rejects.toMatchObject(unavailable);
});

it('nothing is said of a client while the read model is away', async () => {
  await directory.client('3');
  await readModel.close();
  await expect(directory.client('3')).rejects.toThrow(ReadModelUnavailableError);
  await expect(directory.client('4')).rejects.toThrow(ReadModelUnavailableError);
});
