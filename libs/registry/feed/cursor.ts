import { createHash } from 'node:crypto';
import { BEFORE_FIRST_POSITION } from '#libs/engine/event-store/port/event-store.js';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import { refused } from '#libs/registry/shared/refused.js';
import { feedRefusals } from './feed.refusals.js';

/** The form of cursors, in their first byte: another form can be told from this one. */
const FORM = 1;

/** Bytes of the log's identity, shortened: enough that two logs are not taken for each other. */
const LOG_BYTES = 8;

const POSITION_BYTES = 8;
const CURSOR_BYTES = 1 + LOG_BYTES + POSITION_BYTES;

/** The cursors of one event log. */
export interface Cursors {
  /** The cursor after a position: every event up to it has been delivered, or is not selected. */
  after(position: bigint): string;
  /**
   * The position that a cursor is after; undefined: the text is no cursor.
   *
   * @throws ContractError FEED-w4Kp2: it is a cursor of another log
   */
  positionOf(cursor: string): bigint | undefined;
}

/**
 * Makes and reads the cursors of a log. A cursor holds a position in the log and which log that is; it never expires.
 *
 * @param identity of the log; undefined: it has none
 */
export function cursorsOf(identity: string | undefined): Cursors {
  const head = Buffer.alloc(CURSOR_BYTES - POSITION_BYTES);
  head[0] = FORM;
  createHash('sha256')
    .update(identity ?? '')
    .digest()
    .copy(head, 1, 0, LOG_BYTES);
  return {
    after(position) {
      const bytes = Buffer.alloc(CURSOR_BYTES);
      head.copy(bytes);
      bytes.writeBigUInt64BE(position - BEFORE_FIRST_POSITION, head.length);
      return bytes.toString('base64url');
    },
    positionOf(cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length !== CURSOR_BYTES || bytes[0] !== FORM || bytes.toString('base64url') !== cursor)
        return undefined;
      const position = bytes.readBigUInt64BE(head.length) + BEFORE_FIRST_POSITION;
      if (position > MAX_INT64) return undefined;
      if (!bytes.subarray(0, head.length).equals(head)) throw refused(feedRefusals, 'FEED-w4Kp2');
      return position;
    },
  };
}
