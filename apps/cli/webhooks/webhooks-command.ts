import { assertOwnOptions } from '../calls/own-options.js';
import { remoteServer, SERVER_OPTIONS_HELP, serverOptions } from '../calls/remote-server.js';
import { assertNoMoreWords, command } from '../command.js';
import { UsageError } from '../usage-error.js';
import { deliveryOperations } from './delivery-operations.js';
import { operationOptions, type WebhookOperation } from './webhook-operation.js';
import { webhookOperations } from './webhook-operations.js';

const HELP = `Manages the webhooks of an organization: URLs to which the server sends each event (docs/webhooks.md).

Usage: npm run -s appledger -- webhooks OPERATION [WEBHOOK] [OPTIONS]

  list                   shows the webhooks
  add TO-URL             adds one, and prints its signing secret: it cannot be shown again
    [--type TYPE]        only events of this type; several times for several types; default: all
    [--project ID]       only events of this project; default: of the whole organization
    [--all-organizations]  events of all organizations
    [--from WHEN]        now, beginning, a time such as 2027-01-31T00:00:00Z, or a cursor of the feed; default: now
  show WEBHOOK           shows all that is known of one
  update WEBHOOK         changes what is given, and keeps the place in the event log
    [--to TO-URL]        the URL to which events are sent
    [--type TYPE]        the types of events, in place of the former ones
    [--all-types]        events of all types
  pause WEBHOOK          sends nothing until it is resumed
  resume WEBHOOK         continues where it ended
  remove WEBHOOK         removes it permanently
  rotate-secret WEBHOOK  makes a new signing secret, and prints it
    [--overlap TIME]     how long the former ones sign too, such as 24h or 7d, at most 90d; default: they end at once
  test WEBHOOK           sends a test event now, and shows what the receiver answers; exit code 1: it did not accept it
  replay WEBHOOK         sends events of the past again
    [--from WHEN]        a time or a cursor; default: the beginning
    [--to WHEN]          a time or a cursor; default: now
    [--type TYPE]        only events of this type; several times for several types
  deliveries WEBHOOK     shows the newest attempts
    [--only STATE]       failing: what waits for another attempt; parked: what waits until it is redelivered
    [--limit N]          the most that are shown, up to 1000; default: 100
  redeliver WEBHOOK      tries everything that is parked now
    [--event ID]         sends this event once more

WEBHOOK is the id of a webhook.

${SERVER_OPTIONS_HELP}

Exit codes: 0 success; 1 the server refuses, and the message says why; 2 wrong usage.`;

const operations: Readonly<Record<string, WebhookOperation>> = { ...webhookOperations, ...deliveryOperations };

/** `appledger webhooks OPERATION`. */
export const webhooks = command({
  name: 'webhooks',
  help: HELP,
  options: { ...serverOptions, ...operationOptions },
  run: async (values, [name, ...words]) => {
    if (name === undefined) return 'help';
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) throw new UsageError(`unknown operation ${JSON.stringify(name)}: see webhooks --help`);
    const [word = '', ...more] = operation.names === undefined ? ['', ...words] : words;
    if (operation.names !== undefined && word === '')
      throw new UsageError(`webhooks ${name} requires ${operation.names}`);
    assertNoMoreWords('webhooks', more);
    assertOwnOptions(`webhooks ${name}`, operation.takes, values);
    return operation.run(await remoteServer(values, process.env), word, values);
  },
});
