import { errorTable } from '#libs/contract/documentation/error-table.js';
import { eventCatalogue } from '#libs/contract/documentation/event-catalogue.js';
import { openApiText } from '#libs/rpc/openapi/openapi.js';

/** The generated pages: their paths in the repository, and what makes each. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  'docs/errors.md': errorTable,
  'docs/events.md': eventCatalogue,
  'docs/openapi.json': () => openApiText(),
};
