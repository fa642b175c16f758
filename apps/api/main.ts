import 'reflect-metadata';
import { runProgram } from '#libs/platform/program.js';
import { type ApiServer, startApiServer } from './api-server.js';
import { developmentBanner } from './banner.js';

runProgram({
  usage: `Appledger: a registry of API clients in which every change is an event.

Usage: npm start [-- --help]`,
  start: startApiServer,
  announce,
});

/** Says where the server is and, with the development issuer, what to do next. */
async function announce({ url, developmentIssuer }: ApiServer): Promise<string> {
  const where = `Appledger listens on ${url}\n`;
  if (developmentIssuer === undefined) return where;
  const token = await developmentIssuer.mintToken();
  const { project } = developmentIssuer.first;
  return where + developmentBanner({ url, project, token, startedAt: new Date() });
}
