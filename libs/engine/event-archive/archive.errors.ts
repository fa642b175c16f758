/** An archive cannot be read, written or continued. The message names the place, and says what to do. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}
