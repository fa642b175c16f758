import { readFileSync } from 'node:fs';
import { checkReleasedEvents, releaseEvents } from './released-events/released-events.js';

// `npm run release-events` freezes the event forms of the version in package.json; with `--check`, as in
// `npm run check`, it compares them with what was released. Run it from the root of the repository.
const [flag] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const { ok, lines } = flag === '--check' ? checkReleasedEvents('.') : releaseEvents('.', version);
for (const line of lines) console.log(line);
process.exitCode = ok ? 0 : 1;
