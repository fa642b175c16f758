/**
 * Options of Node.js for the programs that tests start. They live for seconds: V8 compiles a function for speed only when
 * it has run seven times as long as usual, which takes a fifth off the processor time of a server's start.
 */
export const forShortLives: readonly string[] = ['--interrupt-budget=1000000'];
