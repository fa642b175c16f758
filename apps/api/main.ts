import 'reflect-metadata';
import { runProgram } from '#libs/engine/runtime/program.js';
import { features } from '#libs/registry/features.js';
import { type ApiServer, startApiServer } from './api-server.js';
import { developmentBanner, obstacleNotice } from './banner.js';
import type { Development } from './development.js';

runProgram({
  usage: `Appledger: a registry of API clients in which every change is an event.

Usage: npm start [-- --help]`,
  start: (configuration, log) => startApiServer(configuration, log, features),
  announce,
});

/** Prints the server's URL and, with the development issuer, the next step, as soon as it is possible. */
async function announce(server: ApiServer, print: (text: string) => void): Promise<void> {
  const { address, url, development } = server;
  print(
    url === address ? `Appledger listens on ${url}\n` : `Appledger is reached at ${url} and listens on ${address}\n`,
  );
  if (development === undefined) return;
  const { obstacle, usable } = development.firstProject;
  if (obstacle === undefined) return print(await bannerOf(url, development));
  print(obstacleNotice(obstacle));
  void usable.then(async (isUsable) => isUsable && print(await bannerOf(url, development)));
}

async function bannerOf(url: string, { issuer, tokenCommand }: Development): Promise<string> {
  return developmentBanner({
    url,
    project: issuer.first.project,
    // Others read the output in a pipe or a journal, for longer than a token is valid.
    token: process.stdout.isTTY ? await issuer.mintToken() : undefined,
    tokenCommand,
    users: issuer.users.map(({ loginName }) => loginName),
    startedAt: new Date(),
  });
}
