import 'reflect-metadata';
import { runProgram } from '#libs/engine/runtime/program.js';
import { startProjector } from './projector-server.js';

runProgram({
  usage: `Appledger's projections alone, for a read model that several processes share.

Usage: npm run projector [-- --help]

Start two or more: one works, the others take over when it ends. It answers /debug/healthz, /debug/ready and
/debug/metrics on APPLEDGER_HOST and APPLEDGER_PORT.`,
  start: startProjector,
  announce: ({ url }, print) => print(`Appledger's projector listens on ${url}\n`),
});
