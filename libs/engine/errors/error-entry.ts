import type { Code } from './code.js';

/** What an error id means to a client. */
export interface ErrorEntry {
  readonly code: Code;
  readonly text: string;
  /** When it is answered, for the documentation. */
  readonly when: string;
}
