/** Passes a message through as bytes: the codec of methods whose messages are encoded and decoded by hand. */
export const rawMessage = (bytes: Buffer): Buffer => bytes;
