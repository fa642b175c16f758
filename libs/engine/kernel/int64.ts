/** The largest signed integer of 64 bits. EventStoreDB's revisions and positions end here. */
export const MAX_INT64 = 2n ** 63n - 1n;

/** The smallest signed integer of 64 bits. */
export const MIN_INT64 = -(2n ** 63n);
