import type { Log } from '#libs/platform/logger.js';

/** A log that says nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
