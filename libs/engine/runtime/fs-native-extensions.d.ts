declare module 'fs-native-extensions' {
  /**
   * Asks for an exclusive lock on an open, writable file, without waiting. The kernel lets go of it when the file is
   * closed or the process ends, however it ends.
   *
   * @returns false when another open file, of this process or another, holds it
   */
  export function tryLock(fd: number): boolean;
}
