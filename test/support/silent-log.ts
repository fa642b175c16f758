import type { Log } from '#libs/engine/runtime/logger.js';

/** A log that says nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
