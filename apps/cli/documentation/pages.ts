import { inCheckout, openApiText } from '#libs/engine/rpc/openapi/openapi.js';
import { developmentSignIn } from '#libs/registry/access/sign-in.js';
import { apiDescription } from '#libs/registry/contract/documentation/api-description.js';
import { consumerCatalogue } from '#libs/registry/contract/documentation/consumer-catalogue.js';
import { errorTable } from '#libs/registry/contract/documentation/error-table.js';
import { eventCatalogue } from '#libs/registry/contract/documentation/event-catalogue.js';
import { eventSchemaDocument } from '#libs/registry/feed/event-schema-document.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import { configurationTable } from './configuration-table.js';

/**
 * The generated pages: their paths in the repository, and what makes each.
 *
 * @param features what the pages describe
 */
export function generatedPages(features: FeatureSet): Readonly<Record<string, () => string>> {
  return {
    'docs/configuration.md': configurationTable,
    'docs/errors.md': () => errorTable(features.refusals),
    'docs/consumers.md': () => consumerCatalogue(features),
    'docs/events.md': () => eventCatalogue(features),
    'docs/event-schemas.json': () => `${JSON.stringify(eventSchemaDocument(features.publicEvents), undefined, 2)}\n`,
    'docs/openapi.json': () => openApiText(apiDescription(features), { ...inCheckout, signIn: developmentSignIn.flow }),
  };
}
