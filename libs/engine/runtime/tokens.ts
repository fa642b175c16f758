/** What Nest injects for the ports and for everything that is not a class: one token each. */
export const EVENT_STORE = Symbol('EventStore');
export const EVENT_CODEC = Symbol('EventCodec');
/** The documents as queries see them. */
export const DOCUMENTS = Symbol('Documents');
export const READ_MODEL_PROGRESS = Symbol('ReadModelProgress');
/** Where commands and queries get spans; undefined: nowhere. */
export const TRACING = Symbol('Tracing');
export const CLOCK = Symbol('Clock');
export const ID_GENERATOR = Symbol('IdGenerator');
/** How long a query waits for documents that it wants to hold, in milliseconds. */
export const READ_PATIENCE = Symbol('ReadPatience');
/** Whether queries are as new as the event store, or as this process. */
export const READ_CONSISTENCY = Symbol('ReadConsistency');
