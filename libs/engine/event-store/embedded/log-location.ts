/** Where a log lies and how it may be used. */
export interface LogLocation {
  /** Holds nothing but the log. */
  readonly folder: string;
  /** True: nothing is written, and the log must exist. */
  readonly readOnly: boolean;
}

/** The folder of the index, in the folder of the log. */
export const INDEX_FOLDER = 'index';

/** The file of the groups of persistent subscriptions, in the folder of the log. */
export const GROUPS_FILE = 'groups.bin';
