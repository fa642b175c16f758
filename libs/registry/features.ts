import { accessFeature } from './access/access.feature.js';
import { applicationsFeature } from './applications/applications.feature.js';
import { credentialsFeature } from './credentials/credentials.feature.js';
import { feedFeature } from './feed/feed.feature.js';
import { historyFeature } from './history/history.feature.js';
import { introspectionFeature } from './introspection/introspection.feature.js';
import { ledgerFeature } from './ledger/ledger.feature.js';
import { namesFeature } from './names/names.feature.js';
import { operationsFeature } from './operations/operations.feature.js';
import { projectsFeature } from './projects/projects.feature.js';
import { combineFeatures } from './shared/features/combine-features.js';
import { sharedFeature } from './shared/features/shared.feature.js';
import { webhooksFeature } from './webhooks/webhooks.feature.js';

/**
 * Every feature of Appledger, in the order in which the documentation shows them. A line here adds a feature: events,
 * refusals, handlers, projections, calls and their documentation follow from its manifest.
 */
export const features = combineFeatures([
  accessFeature,
  projectsFeature,
  applicationsFeature,
  credentialsFeature,
  introspectionFeature,
  namesFeature,
  historyFeature,
  feedFeature,
  webhooksFeature,
  ledgerFeature,
  operationsFeature,
  sharedFeature,
]);
