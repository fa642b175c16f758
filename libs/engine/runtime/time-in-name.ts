/** The time now as a part of a file's name, in a form that every file system takes and that sorts by time. */
export function timeInName(): string {
  return new Date().toISOString().replaceAll(/[:.]/g, '-');
}
