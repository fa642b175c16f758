/**
 * Whether a document can have the id: lone surrogates all have the same UTF-8 form, so two ids would be one, and NUL
 * ends a text or separates texts in more than one database.
 */
export function isDocumentId(id: string): boolean {
  return id.isWellFormed() && !id.includes('\0');
}
