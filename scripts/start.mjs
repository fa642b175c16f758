import { launch } from './launch.mjs';

await launch('dist/apps/api/main.js');
