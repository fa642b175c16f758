declare module 'fs-native-extensions' {
  /**
   * Asks for a lock on an open, writable file, without waiting: an exclusive one, or one that others share. The kernel
   * lets go of it when the file is closed or the process ends, however it ends.
   *
   * @returns false when another open file, of this process or another, holds it
   */
  export function tryLock(fd: number, options?: { readonly shared?: boolean }): boolean;
}
