/** The key of a server that adds webhooks: with the events in EventStoreDB it has none of its own. */
export const APPLEDGER_WEBHOOKS_KEY = Buffer.alloc(32, 7).toString('base64');
