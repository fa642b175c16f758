import { launch } from './launch.mjs';

await launch('dist/apps/cli/token.js');
