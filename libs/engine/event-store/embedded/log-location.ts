/** The folder of a log, and whether it may be written. */
export interface LogLocation {
  /** Contains nothing but the log. */
  readonly folder: string;
  /** True: nothing is written, and the log must exist. */
  readonly readOnly: boolean;
}

/** The folder of the index, in the folder of the log. */
export const INDEX_FOLDER = 'index';

/** The file of the persistent subscriptions, in the folder of the log. */
export const SUBSCRIPTIONS_FILE = 'groups.bin';
