import { launch } from './launch.mjs';

await launch('dist/programs/api.js');
