// Nest's injection tokens for the ports and for values that are not classes.

export const EVENT_STORE = Symbol('EventStore');
export const EVENT_CODEC = Symbol('EventCodec');
/** The documents that queries read: those of the generation that serves. */
export const DOCUMENTS = Symbol('Documents');
/** Reads documents that were made for one answer. */
export const READ_MADE_DOCUMENTS = Symbol('ReadMadeDocuments');
export const READ_MODEL_PROGRESS = Symbol('ReadModelProgress');
/** Which event log the event store has. */
export const LOG_IDENTITY = Symbol('LogIdentity');
/** Creates the spans of commands and queries; undefined: traces are off. */
export const TRACING = Symbol('Tracing');
export const CLOCK = Symbol('Clock');
export const ID_GENERATOR = Symbol('IdGenerator');
/** The longest time that a query waits for current documents, in milliseconds. */
export const READ_PATIENCE = Symbol('ReadPatience');
/** Whether a query sees all events of the event store, or all events of this process. */
export const READ_CONSISTENCY = Symbol('ReadConsistency');
/** The registry of metrics that a feature registers its own with. */
export const METRICS = Symbol('Metrics');
/** The checked configuration of the process. */
export const CONFIGURATION = Symbol('Configuration');
/** Answers the URL at which callers reach this server; before it listens, undefined. */
export const SERVER_URL = Symbol('ServerUrl');
/** When each credential was last used, as it is stored. */
export const CREDENTIAL_TIMES = Symbol('CredentialTimes');
/** How far the deliveries to webhooks have come, as it is stored. */
export const DELIVERY_ENTRIES = Symbol('DeliveryEntries');
/** Records in the event store, where the processes of an installation share nothing else; undefined: they share the documents. */
export const EVENT_STORE_RECORDS = Symbol('EventStoreRecords');
export const LOG = Symbol('Log');
