/**
 * Whether a document can have the id. Lone surrogates are refused because they all have the same UTF-8 form, and NUL
 * because several databases use it to end or separate texts.
 */
export function isDocumentId(id: string): boolean {
  return id.isWellFormed() && !id.includes('\0');
}
