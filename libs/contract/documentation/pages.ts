import { errorTable } from './error-table.js';
import { eventCatalogue } from './event-catalogue.js';

/** The generated pages: their paths in the repository, and what makes each. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  'docs/errors.md': errorTable,
  'docs/events.md': eventCatalogue,
};
