import { type Collection, MongoServerError } from 'mongodb';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import { DUPLICATE_KEY } from './mongodb-errors.js';

/** The collection of the records. */
export const RECORDS = 'records';

/** A record as stored in MongoDB; its id is its name. */
export interface RecordDocument {
  readonly _id: string;
  readonly value: object;
  readonly version: number;
}

/** A record, or undefined when there is none of this name. */
export async function readRecord<T extends object>(
  records: Collection<RecordDocument>,
  name: string,
): Promise<VersionedRecord<T> | undefined> {
  const found = await records.findOne({ _id: name });
  return found === null ? undefined : { value: found.value as T, version: found.version };
}

/** Replaces a record if it has the expected version. Returns the new version, or undefined if it has another one. */
export async function replaceRecord(
  records: Collection<RecordDocument>,
  name: string,
  value: object,
  expected: number | undefined,
): Promise<number | undefined> {
  if (expected === undefined) return insertRecord(records, { _id: name, value, version: 1 });
  const version = expected + 1;
  // Replaced as a whole: FerretDB's $set treats objects as equal that differ only in the names of their fields.
  const { matchedCount } = await records.replaceOne({ _id: name, version: expected }, { value, version });
  return matchedCount === 0 ? undefined : version;
}

async function insertRecord(records: Collection<RecordDocument>, record: RecordDocument): Promise<number | undefined> {
  try {
    await records.insertOne(record);
    return record.version;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return undefined;
    throw error;
  }
}
