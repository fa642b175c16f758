import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { type Collection as DriverCollection, MongoClient } from 'mongodb';
import { openMongoDbReadModel } from '#libs/engine/documents/mongodb/mongodb-read-model.js';
import {
  type Collection,
  NOTHING_PROJECTED,
  type ReadModel,
  type Write,
} from '#libs/engine/documents/port/read-model.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '#libs/registry/applications/projections/applications/applications.document.js';
import { silentLog } from '../support/silent-log.js';
import { median } from './load.js';
import type { PartResult } from './report.js';

const INSERTED_DOCUMENTS = 5_000;
/** Small, because some servers scan the whole collection for each document that they replace. */
const REPLACED_DOCUMENTS = 100;
/** The number that a projection writes at once. */
const BATCH_DOCUMENTS = 2_000;
const INSERTS_PER_COMMAND = 1_000;
/** The largest number that the servers of the tests accept. */
const UPDATES_PER_COMMAND = 90;
const ROUNDS = 3;

/** A document as a bare driver stores it, with the position that the adapter stores too. */
interface BareDocument extends ApplicationDocument {
  readonly _id: string;
  readonly _position: bigint;
}

/**
 * Measures writing documents of applications into the MongoDB of APPLEDGER_TEST_MONGODB_URL: through the adapter, and
 * by a bare driver in the largest commands that the server takes.
 */
export async function benchMongoDb(): Promise<PartResult> {
  const url = process.env.APPLEDGER_TEST_MONGODB_URL;
  if (url === undefined) return result({});
  const client = new MongoClient(url, { ignoreUndefined: true });
  const readModel = await openMongoDbReadModel(url, silentLog);
  try {
    const rounds: Record<string, number>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({ ...(await bare(client)), ...(await adapter(readModel)) });
    }
    return result(medians(rounds));
  } finally {
    await readModel.close();
    await client.close();
  }
}

function result(figures: Readonly<Record<string, number>>): PartResult {
  const ratio = (what: string) => (figures[`${what} through the adapter`] ?? NaN) / (figures[`${what} bare`] ?? NaN);
  return {
    part: 'mongodb',
    figures,
    aims: [
      {
        what: "of a bare insertMany's documents a second, begun through the adapter",
        value: ratio(INSERTS),
        atLeast: 0.5,
      },
      {
        what: "of a bare bulkWrite's documents a second, replaced through the adapter",
        value: ratio(UPDATES),
        atLeast: 0.5,
      },
    ],
  };
}

const INSERTS = 'documents a second inserted';
const UPDATES = 'documents a second replaced';

/** The number of application documents that a bare driver inserts per second, in commands of a thousand. */
export async function bareInsertsPerSecond(url: string, count: number): Promise<number> {
  const client = new MongoClient(url, { ignoreUndefined: true });
  try {
    const collection = await bareCollection(client);
    const documents = documentsOf(count);
    const inserted = await perSecond(count, () => bareInserts(collection, documents));
    await collection.drop();
    return inserted;
  } finally {
    await client.close();
  }
}

async function bareCollection(client: MongoClient): Promise<DriverCollection<BareDocument>> {
  const collection = client.db('bench').collection<BareDocument>(unique());
  const fields = applicationsCollection.indexes?.[0] ?? [];
  await collection.createIndex(new Map(fields.map((field) => [field, 1])));
  return collection;
}

async function bare(client: MongoClient): Promise<Record<string, number>> {
  const collection = await bareCollection(client);
  const documents = documentsOf(INSERTED_DOCUMENTS);
  const inserted = await perSecond(INSERTED_DOCUMENTS, () => bareInserts(collection, documents));
  await collection.drop();
  await bareInserts(collection, documents.slice(0, REPLACED_DOCUMENTS));
  const replaced = await perSecond(REPLACED_DOCUMENTS, () => bareUpdates(collection, documents));
  await collection.drop();
  return { [`${INSERTS} bare`]: inserted, [`${UPDATES} bare`]: replaced };
}

async function bareInserts(collection: DriverCollection<BareDocument>, documents: readonly ApplicationDocument[]) {
  for (let from = 0; from < documents.length; from += INSERTS_PER_COMMAND) {
    const chunk = documents.slice(from, from + INSERTS_PER_COMMAND);
    await collection.insertMany(
      chunk.map((document) => ({ _id: document.id, _position: 1n, ...document })),
      { ordered: false },
    );
  }
}

async function bareUpdates(collection: DriverCollection<BareDocument>, documents: readonly ApplicationDocument[]) {
  for (let from = 0; from < REPLACED_DOCUMENTS; from += UPDATES_PER_COMMAND) {
    const chunk = documents.slice(from, Math.min(from + UPDATES_PER_COMMAND, REPLACED_DOCUMENTS));
    const replacements = chunk.map((document) => ({
      replaceOne: {
        filter: { _id: document.id, _position: { $lt: 2n } },
        replacement: { _position: 2n, ...document },
      },
    }));
    await collection.bulkWrite(replacements, { ordered: false });
  }
}

async function adapter(readModel: ReadModel): Promise<Record<string, number>> {
  const collection = { ...applicationsCollection, name: unique() };
  const documents = documentsOf(INSERTED_DOCUMENTS);
  await readModel.prepare(collection);
  const inserted = await perSecond(INSERTED_DOCUMENTS, () => apply(readModel, collection, documents, 1n));
  await readModel.drop(collection);
  const some = documents.slice(0, REPLACED_DOCUMENTS);
  await apply(readModel, collection, some, 1n);
  const replaced = await perSecond(REPLACED_DOCUMENTS, () => apply(readModel, collection, some, 2n));
  await readModel.drop(collection);
  return { [`${INSERTS} through the adapter`]: inserted, [`${UPDATES} through the adapter`]: replaced };
}

/** Writes all documents with one position; those with the first position are new. */
async function apply(
  readModel: ReadModel,
  collection: Collection<ApplicationDocument>,
  documents: readonly ApplicationDocument[],
  position: bigint,
): Promise<void> {
  for (let from = 0; from < documents.length; from += BATCH_DOCUMENTS) {
    const writes = documents.slice(from, from + BATCH_DOCUMENTS).map((document): Write<ApplicationDocument> => {
      return { id: document.id, position, document, begins: position === 1n };
    });
    await readModel.apply({ collection, writes, after: NOTHING_PROJECTED, checkpoint: position });
  }
}

async function perSecond(documents: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round((documents * 1000) / (performance.now() - start));
}

function medians(rounds: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name] ?? NaN))]));
}

function unique(): string {
  return `bench${randomUUID().replaceAll('-', '')}`;
}

function documentsOf(count: number): readonly ApplicationDocument[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `228711094568${`${index}`.padStart(6, '0')}`,
    projectId: `2287110946604${`${index % 100}`.padStart(5, '0')}`,
    name: `Billing service ${index}`,
    nameFolded: `billing service ${index}`,
    nameComparable: `billing service ${index}`,
    state: 'active',
    api: { clientId: `228711094569${`${index}`.padStart(6, '0')}`, authMethod: 'basic' },
    details: {
      sequence: '2',
      creationDate: '2026-11-25T06:41:16.326Z',
      changeDate: '2026-11-25T06:41:16.326Z',
      resourceOwner: '69629023906488334',
    },
  }));
}
