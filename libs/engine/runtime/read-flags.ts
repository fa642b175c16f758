import { constants } from 'node:fs';

/** Flags that open a file for reading: where a pipe is in its place, without waiting for somebody to write to it. */
export const READ_WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;
