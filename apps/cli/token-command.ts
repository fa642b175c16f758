import { systemClock } from '#libs/engine/kernel/clock.js';
import type { Command } from './command.js';
import { issueToken } from './issue-token.js';

/** `appledger token`. */
export const token: Command = {
  run: async (args) => ({ lines: [await issueToken(args, process.env, systemClock)], ok: true }),
};
