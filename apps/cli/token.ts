import { systemClock } from '#libs/engine/kernel/clock.js';
import { issueToken } from './issue-token.js';

try {
  process.stdout.write(`${await issueToken(process.argv.slice(2), process.env, systemClock)}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
