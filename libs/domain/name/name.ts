/** A name as it is stored and answered: without white space around it. */
export function normalizedName(name: string): string {
  return name.trim();
}

/** What two names have in common that may not both be taken: their lower-case form. */
export function comparableName(name: string): string {
  return normalizedName(name).toLowerCase();
}
