import { launch } from './launch.mjs';

await launch('dist/programs/appledger.js');
