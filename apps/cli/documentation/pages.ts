import { openApiText } from '#libs/engine/rpc/openapi/openapi.js';
import { apiDescription } from '#libs/registry/contract/documentation/api-description.js';
import { errorTable } from '#libs/registry/contract/documentation/error-table.js';
import { eventCatalogue } from '#libs/registry/contract/documentation/event-catalogue.js';
import { configurationTable } from './configuration-table.js';

/** The generated pages: their paths in the repository, and what makes each. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configurationTable,
  'docs/errors.md': errorTable,
  'docs/events.md': eventCatalogue,
  'docs/openapi.json': () => openApiText(apiDescription),
};
