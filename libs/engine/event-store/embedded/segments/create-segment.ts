import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from '#libs/engine/runtime/sync-path.js';
import { Segment, segmentName } from './segment.js';
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from './segment-header.js';

/** The events contain hashes of secrets. */
const OWNER_ONLY = 0o600;

/** Creates a segment without records, which is on disk when this resolves. */
export async function createSegment(folder: string, header: SegmentHeader): Promise<Segment> {
  const path = join(folder, segmentName(header.firstPosition));
  const file = await open(path, 'w', OWNER_ONLY);
  try {
    await file.write(encodeSegmentHeader(header), 0, SEGMENT_HEADER_BYTES, 0);
    await file.datasync();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  await file.close();
  await syncPath(folder);
  return new Segment(folder, header.firstPosition, SEGMENT_HEADER_BYTES);
}
