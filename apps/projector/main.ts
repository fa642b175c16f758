import 'reflect-metadata';
import { runProgram } from '#libs/engine/runtime/program.js';
import { startProjector } from './projector-server.js';

runProgram({
  usage: `Runs only Appledger's projections, for a read model that several processes share.

Usage: npm run projector [-- --help]

Start two or more: one is active, and another takes over when it ends. Each serves /debug/healthz, /debug/ready and
/debug/metrics on APPLEDGER_HOST and APPLEDGER_PORT.`,
  start: startProjector,
  announce: ({ url }, print) => print(`Appledger's projector listens on ${url}\n`),
});
