import { launch } from './launch.mjs';

await launch('dist/apps/projector/main.js');
