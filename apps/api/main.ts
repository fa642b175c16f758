import 'reflect-metadata';
import { resolve } from 'node:path';
import { runProgram } from '#libs/platform/program.js';
import { type ApiServer, type Development, startApiServer } from './api-server.js';
import { developmentBanner, obstacleNotice } from './banner.js';

/** Prints tokens of the development issuer. */
const TOKEN_PROGRAM = resolve(import.meta.dirname, '../cli/token.js');

runProgram({
  usage: `Appledger: a registry of API clients in which every change is an event.

Usage: npm start [-- --help]`,
  start: startApiServer,
  announce,
});

/** Says where the server is and, with the development issuer, what to do next, as soon as it can be done. */
async function announce({ url, development }: ApiServer, print: (text: string) => void): Promise<void> {
  print(`Appledger listens on ${url}\n`);
  if (development === undefined) return;
  const { obstacle, usable } = development.firstProject;
  if (obstacle === undefined) return print(await bannerOf(url, development));
  print(obstacleNotice(obstacle));
  void usable.then(async (isUsable) => isUsable && print(await bannerOf(url, development)));
}

async function bannerOf(url: string, { issuer, folder }: Development): Promise<string> {
  return developmentBanner({
    url,
    project: issuer.first.project,
    // What a pipe or a journal keeps is read by others, and for longer than a token should be.
    token: process.stdout.isTTY ? await issuer.mintToken() : undefined,
    dataDir: resolve(folder),
    tokenProgram: TOKEN_PROGRAM,
    startedAt: new Date(),
  });
}
