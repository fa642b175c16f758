import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { OperationError, type OperationRequest, type OperationResult, type Operations } from './operation.js';

/** The socket's name in the data folder: the permissions of the folder decide who may connect. */
const SOCKET_FILE = 'control.sock';

/** The longest path of a Unix socket on every operating system, in bytes. */
const MAX_PATH_BYTES = 103;

/** A line of the answer. */
type Message =
  | { readonly progress: string }
  | { readonly result: OperationResult }
  | { readonly refused: string }
  | { readonly failed: string };

/**
 * Serves operations to other processes over a Unix socket in the data folder. Each connection carries one request, a
 * line of JSON; the answer is lines of JSON, and the last one is the result.
 *
 * @returns undefined if the folder's path is too long for a socket
 */
export async function serveOperations(
  folder: string,
  operations: Operations,
  log: Log,
): Promise<{ close(): Promise<void> } | undefined> {
  const path = join(folder, SOCKET_FILE);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    log.warn({ path }, 'the path is too long for a socket: stop this process before running operations on its stores');
    return undefined;
  }
  rmSync(path, { force: true }); // left over from a killed process: this process has locked the folder
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
    void answer(socket, operations);
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    close: async () => {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(socket: Socket, operations: Operations): Promise<void> {
  const abandoned = new AbortController();
  socket.on('close', () => abandoned.abort());
  const send = (message: Message) => socket.write(`${JSON.stringify(message)}\n`);
  for await (const line of createInterface({ input: socket })) {
    try {
      const request = JSON.parse(line) as OperationRequest;
      const tell = (progress: string) => send({ progress });
      send({ result: await operations.run(request, tell, abandoned.signal) });
    } catch (error) {
      send(error instanceof OperationError ? { refused: error.message } : { failed: messageOf(error) });
    }
    socket.end();
    return;
  }
}

/** Runs operations in the process that has the data folder open, over its socket. */
export function remoteOperations(folder: string): Operations {
  return {
    async run(request, tell) {
      const socket = createConnection(join(folder, SOCKET_FILE));
      try {
        await once(socket, 'connect');
        socket.write(`${JSON.stringify(request)}\n`);
        for await (const line of createInterface({ input: socket })) {
          const message = JSON.parse(line) as Message;
          if ('progress' in message) tell(message.progress);
          else if ('result' in message) return message.result;
          else throw new OperationError('refused' in message ? message.refused : message.failed);
        }
        throw new OperationError('the server has stopped meanwhile: try again');
      } catch (cause) {
        if (cause instanceof OperationError) throw cause;
        throw new OperationError(
          `another process is using ${folder} and cannot be asked (${messageOf(cause)}): is it a server that is still starting, one of another version, or another command? Try again, or stop it first`,
          { cause },
        );
      } finally {
        socket.destroy();
      }
    },
  };
}
