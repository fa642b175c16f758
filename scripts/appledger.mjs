import { launch } from './launch.mjs';

await launch('dist/apps/cli/main.js');
