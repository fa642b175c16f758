/** What Nest injects for the ports and for everything that is not a class: one token each. */
export const EVENT_STORE = Symbol('EventStore');
export const READ_MODEL = Symbol('ReadModel');
export const READ_MODEL_PROGRESS = Symbol('ReadModelProgress');
export const CLOCK = Symbol('Clock');
export const ID_GENERATOR = Symbol('IdGenerator');
