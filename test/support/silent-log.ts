import type { Log } from '#libs/engine/runtime/logger.js';

/** A logger that discards everything. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
