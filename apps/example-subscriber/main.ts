import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { KongFile } from './kong-file.js';
import { subscribe } from './subscription.js';
import { webhookServer } from './webhook.js';

const HELP = `Enters the applications of Appledger as consumers into a declarative configuration of Kong.

Usage: node dist/programs/example-subscriber.js webhook --file kong.yml [--port 9000] [--host 127.0.0.1]
       node dist/programs/example-subscriber.js subscription --file kong.yml --group kong

  webhook        receives the deliveries of a webhook. WEBHOOK_SECRET is its signing secret, whsec_…
  subscription   reads a persistent subscription to $all; it is created when there is none. EVENTSTORE_URL is the
                 connection string of Appledger's gateway or of EventStoreDB, such as esdb://127.0.0.1:2113?tls=false

One process at a time may write a file. See apps/example-subscriber/README.md.`;

const MISUSED = 2;

/** Ends the program with a message. */
function misused(message: string): never {
  process.stderr.write(`${message}\nSee --help.\n`);
  process.exit(MISUSED);
}

function note(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Resolves when the program is asked to end. */
function asked(): Promise<unknown> {
  return Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

async function receive(file: KongFile, host: string, port: number): Promise<void> {
  const secret = process.env.WEBHOOK_SECRET ?? misused('WEBHOOK_SECRET must be the signing secret of the webhook');
  const server = webhookServer(secret, (event) => file.enter(event), note);
  server.listen(port, host);
  await once(server, 'listening');
  note(`listens on http://${host}:${(server.address() as AddressInfo).port}`);
  await asked();
  server.close(); // deliveries under way are answered
}

async function follow(file: KongFile, group: string): Promise<void> {
  const url = process.env.EVENTSTORE_URL ?? misused('EVENTSTORE_URL must be a connection string, esdb://…');
  const { done, leave } = await subscribe(url, group, (event) => file.enter(event), note);
  note(`follows the group ${group}`);
  await Promise.race([done, asked().then(leave)]);
  await done;
}

function commandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        file: { type: 'string' },
        group: { type: 'string', default: 'kong' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '9000' },
      },
    });
  } catch (error) {
    return misused((error as Error).message);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = commandLine();
  const [way, ...more] = positionals;
  if (values.help || way === undefined) return note(HELP);
  if (more.length > 0) misused(`unexpected argument ${more[0]}`);
  const file = new KongFile(values.file ?? misused('--file must name the configuration of Kong'));
  if (way === 'webhook') return receive(file, values.host, Number(values.port));
  if (way === 'subscription') return follow(file, values.group);
  misused(`there is no way ${JSON.stringify(way)}`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`); // what is not acknowledged is delivered to the next start
  process.exitCode = 1;
}
