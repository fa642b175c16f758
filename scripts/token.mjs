import { launch } from './launch.mjs';

await launch('dist/programs/token.js');
