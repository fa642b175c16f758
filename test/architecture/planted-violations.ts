/** A file, and what it imports: each line of it is one import declaration. */
export interface PlantedFile {
  readonly path: string;
  readonly imports: readonly string[];
}

/** Packages that stand in the planted tree's node_modules. */
export const packages = [
  '@bufbuild/protobuf',
  '@eventstore/db-client',
  '@grpc/grpc-js',
  '@nestjs/common',
  '@zitadel/proto',
  'class-validator',
  'lmdb',
  'mingo',
  'mongodb',
];

/** A tree with the layout of this one in which every import is allowed. */
export const healthy: readonly PlantedFile[] = [
  file('libs/engine/kernel/ids.ts', './clock.js'),
  file('libs/engine/kernel/clock.ts'),
  file('libs/engine/errors/contract-error.ts', '#libs/engine/kernel/ids.js'),
  file(
    'libs/engine/runtime/tokens.ts',
    '#libs/engine/kernel/ids.js',
    '#libs/engine/errors/contract-error.js',
    'node:fs',
  ),
  file('libs/engine/contract/field-rules.ts', '#libs/engine/errors/contract-error.js', '@bufbuild/protobuf'),
  file('libs/engine/event-store/port/event-store.ts', './event-store.errors.js'),
  file('libs/engine/event-store/port/event-store.errors.ts', '#libs/engine/kernel/ids.js'),
  file('libs/engine/event-store/embedded/store.ts', '../port/event-store.js'),
  file('libs/engine/event-store/eventstoredb/store.ts', '../port/event-store.js', '@eventstore/db-client'),
  file(
    'libs/engine/event-store-gateway/server.ts',
    '#libs/engine/event-store/port/event-store.js',
    '#libs/engine/event-store/embedded/store.js',
    '@grpc/grpc-js',
    '@eventstore/db-client',
  ),
  file('libs/engine/events/event-definition.ts', '#libs/engine/kernel/ids.js'),
  file('libs/engine/events/event-codec.ts', './event-definition.js', '#libs/engine/event-store/port/event-store.js'),
  file('libs/engine/documents/port/read-model.ts', '#libs/engine/kernel/ids.js'),
  file('libs/engine/documents/embedded/model.ts', '../port/read-model.js', 'lmdb'),
  file('libs/engine/documents/mongodb/model.ts', '../port/read-model.js', 'mongodb'),
  file('libs/engine/documents/served/served.ts', '../port/read-model.js'),
  file(
    'libs/engine/commands/repository.ts',
    '#libs/engine/event-store/port/event-store.js',
    '#libs/engine/events/event-codec.js',
    '@nestjs/common',
  ),
  file(
    'libs/engine/consumer/runner.ts',
    '#libs/engine/event-store/port/event-store.js',
    '#libs/engine/runtime/tokens.js',
  ),
  file(
    'libs/engine/projector/projector.ts',
    '#libs/engine/consumer/runner.js',
    '#libs/engine/event-store/port/event-store.js',
    '#libs/engine/documents/port/read-model.js',
  ),
  file('libs/engine/operations/health-routes.ts', '#libs/engine/projector/projector.js'),
  file(
    'libs/engine/rpc/router.ts',
    '#libs/engine/contract/field-rules.js',
    '#libs/engine/event-store/port/event-store.errors.js',
  ),
  file('libs/registry/projects/index.ts', './project.state.js'),
  file('libs/registry/projects/project.state.ts', '#libs/engine/kernel/ids.js'),
  file(
    'libs/registry/applications/application.events.ts',
    '#libs/engine/kernel/ids.js',
    '#libs/engine/events/event-definition.js',
  ),
  file('libs/registry/applications/application.decide.ts', './application.events.js'),
  file(
    'libs/registry/applications/commands/create/create.handler.ts',
    '../../application.decide.js',
    '#libs/registry/projects/index.js',
    '#libs/engine/commands/repository.js',
    '#libs/engine/event-store/port/event-store.js',
    '@nestjs/common',
  ),
  file(
    'libs/registry/applications/commands/create/create.spec.ts',
    './create.handler.js',
    '#libs/engine/event-store/embedded/store.js',
    '../../../../../test/support/helper.js',
  ),
  file(
    'libs/registry/applications/projections/applications.projection.ts',
    './applications.document.js',
    '#libs/engine/projector/projector.js',
  ),
  file('libs/registry/applications/projections/applications.document.ts', '#libs/engine/kernel/ids.js'),
  file(
    'libs/registry/applications/queries/get/get.handler.ts',
    '../../projections/applications.document.js',
    '#libs/engine/documents/port/read-model.js',
  ),
  file('libs/registry/history/queries/list/list.handler.ts', '#libs/engine/event-store/port/event-store.js'),
  file('libs/registry/access/claims.ts', '#libs/engine/runtime/tokens.js', 'node:crypto'),
  file('libs/registry/access/claims.spec.ts', './claims.js'),
  file('libs/registry/composition/open-stores.ts', '#libs/engine/event-store/embedded/store.js'),
  file('apps/api/api.module.ts', '#libs/registry/composition/open-stores.js'),
  file('apps/api/main.ts', './api.module.js'),
  file('apps/example-subscriber/main.ts', '@eventstore/db-client'),
  file('test/support/helper.ts', '../../apps/api/main.js'),
];

/**
 * What breaks each rule, by the rule's name: files that are added to the healthy tree, of which each breaks that rule
 * and no other.
 */
export const violations: Readonly<Record<string, readonly PlantedFile[]>> = {
  'kernel-is-closed': [
    file('libs/engine/kernel/knows-the-runtime.ts', '#libs/engine/runtime/tokens.js'),
    file('libs/engine/kernel/reads-files.ts', 'node:fs'),
    file('libs/engine/kernel/takes-a-package.ts', '@nestjs/common'),
  ],
  'engine-imports-no-registry': [
    file('libs/engine/commands/knows-an-application.ts', '#libs/registry/applications/application.decide.js'),
    file('libs/engine/rpc/knows-a-command.ts', '#libs/registry/applications/commands/create/create.handler.js'),
    file(
      'libs/engine/projector/knows-a-document.ts',
      '#libs/registry/applications/projections/applications.document.js',
    ),
  ],
  'errors-imports-what-it-is-built-on': [file('libs/engine/errors/knows-the-edge.ts', '#libs/engine/rpc/router.js')],
  'runtime-imports-what-it-is-built-on': [
    file('libs/engine/runtime/knows-the-commands.ts', '#libs/engine/commands/repository.js'),
  ],
  'event-store-imports-what-it-is-built-on': [
    file('libs/engine/event-store/embedded/knows-documents.ts', '#libs/engine/documents/port/read-model.js'),
  ],
  'event-store-gateway-imports-what-it-is-built-on': [
    file('libs/engine/event-store-gateway/knows-the-client.ts', '#libs/engine/event-store/eventstoredb/store.js'),
  ],
  'documents-imports-what-it-is-built-on': [
    file('libs/engine/documents/embedded/knows-the-projector.ts', '#libs/engine/projector/projector.js'),
  ],
  'events-imports-what-it-is-built-on': [
    file('libs/engine/events/knows-an-adapter.ts', '#libs/engine/event-store/embedded/store.js'),
    file('libs/engine/events/knows-the-runtime.ts', '#libs/engine/runtime/tokens.js'),
  ],
  'contract-imports-what-it-is-built-on': [
    file('libs/engine/contract/knows-the-runtime.ts', '#libs/engine/runtime/tokens.js'),
  ],
  'commands-imports-what-it-is-built-on': [
    file('libs/engine/commands/reads-documents.ts', '#libs/engine/documents/port/read-model.js'),
    file('libs/engine/commands/knows-an-adapter.ts', '#libs/engine/event-store/embedded/store.js'),
  ],
  'transparency-imports-what-it-is-built-on': [
    file('libs/engine/transparency/knows-events.ts', '#libs/engine/event-store/port/event-store.js'),
  ],
  'ledger-imports-what-it-is-built-on': [
    file('libs/engine/ledger/knows-an-adapter.ts', '#libs/engine/event-store/embedded/store.js'),
  ],
  'consumer-imports-what-it-is-built-on': [
    file('libs/engine/consumer/knows-documents.ts', '#libs/engine/documents/port/read-model.js'),
    file('libs/engine/consumer/knows-an-event-store.ts', '#libs/engine/event-store/embedded/store.js'),
  ],
  'projector-imports-what-it-is-built-on': [
    file('libs/engine/projector/knows-an-adapter.ts', '#libs/engine/documents/embedded/model.js'),
    file('libs/engine/projector/serves-calls.ts', '#libs/engine/rpc/router.js'),
  ],
  'past-imports-what-it-is-built-on': [
    file('libs/engine/past/knows-an-adapter.ts', '#libs/engine/documents/embedded/model.js'),
    file('libs/engine/past/serves-calls.ts', '#libs/engine/rpc/router.js'),
  ],
  'rpc-imports-no-store': [
    file('libs/engine/rpc/reads-events.ts', '#libs/engine/event-store/port/event-store.js'),
    file('libs/engine/rpc/reads-documents.ts', '#libs/engine/documents/served/served.js'),
  ],
  'operations-imports-what-it-is-built-on': [
    file('libs/engine/operations/opens-a-store.ts', '#libs/engine/event-store/embedded/store.js'),
  ],
  'decisions-are-pure': [
    file('libs/registry/applications/draws.decide.ts', 'node:crypto'),
    file('libs/registry/applications/validates.events.ts', 'class-validator'),
    file('libs/registry/projects/loads.evolve.ts', '#libs/engine/commands/repository.js'),
    file('libs/registry/projects/decodes.decide.ts', '#libs/engine/events/event-codec.js'),
  ],
  'a-feature-is-imported-through-its-index': [
    file('libs/registry/history/past-the-index.ts', '#libs/registry/projects/project.state.js'),
    file('libs/registry/access/past-the-index.ts', '#libs/registry/applications/application.events.js'),
  ],
  'an-index-offers-what-is-pure': [
    file('libs/registry/history/index.ts', './queries/list/list.handler.js'),
    file('libs/registry/access/index.ts', '@nestjs/common'),
  ],
  'what-an-index-offers-takes-no-package': [
    file('libs/registry/projects/load-project.ts', '@nestjs/common'),
    file('libs/registry/projects/project-names.ts', 'node:crypto'),
  ],
  'commands-read-no-documents': [
    file('libs/registry/applications/commands/create/reads-documents.ts', '#libs/engine/documents/port/read-model.js'),
    file('libs/registry/applications/commands/create/asks-a-query.ts', '../../queries/get/get.handler.js'),
  ],
  'queries-read-documents': [
    file('libs/registry/applications/queries/get/reads-events.ts', '#libs/engine/event-store/port/event-store.js'),
    file(
      'libs/registry/applications/queries/get/knows-a-projection.ts',
      '../../projections/applications.projection.js',
    ),
  ],
  'history-reads-events': [
    file('libs/registry/history/queries/list/reads-documents.ts', '#libs/engine/documents/port/read-model.js'),
    file('libs/registry/history/queries/list/knows-the-projector.ts', '#libs/engine/projector/projector.js'),
  ],
  'features-import-no-adapter': [
    file('libs/registry/access/opens-a-store.ts', '#libs/engine/event-store/embedded/store.js'),
    file('libs/registry/applications/serves-events.ts', '#libs/engine/event-store-gateway/server.js'),
  ],
  'only-apps-compose': [file('libs/registry/access/composes.ts', '#libs/registry/composition/open-stores.js')],
  'adapters-are-strangers': [
    file('libs/engine/event-store/eventstoredb/knows-the-embedded-store.ts', '../embedded/store.js'),
    file('libs/engine/documents/port/knows-an-adapter.ts', '../mongodb/model.js'),
  ],
  'only-embedded-documents-import-lmdb': [
    file('libs/registry/access/opens-lmdb.ts', 'lmdb'),
    file('apps/api/opens-lmdb.ts', 'lmdb'),
    file('libs/engine/event-store/embedded/opens-lmdb.ts', 'lmdb'),
  ],
  'only-its-adapter-imports-db-client': [
    file('libs/engine/event-store/embedded/calls-eventstoredb.ts', '@eventstore/db-client'),
  ],
  'only-event-stores-import-grpc': [file('libs/engine/rpc/serves-grpc.ts', '@grpc/grpc-js')],
  'only-the-embedded-read-model-imports-mingo': [file('libs/registry/access/filters.ts', 'mingo')],
  'only-its-adapter-imports-mongodb': [file('libs/registry/access/asks-mongodb.ts', 'mongodb')],
  'nothing-imports-an-app': [
    file('libs/registry/access/knows-the-api.ts', '../../../apps/api/api.module.js'),
    file('apps/projector/borrows-from-the-api.ts', '../api/api.module.js'),
  ],
  'the-example-stands-alone': [file('apps/example-subscriber/borrows-a-clock.ts', '#libs/engine/kernel/clock.js')],
  'product-imports-no-test-code': [
    file('apps/projector/uses-a-test-helper.ts', '../../test/support/helper.js'),
    file('libs/registry/access/imports-a-spec.ts', './claims.spec.js'),
  ],
  'no-cycles': [file('libs/registry/access/hen.ts', './egg.js'), file('libs/registry/access/egg.ts', './hen.js')],
  'no-orphans': [file('libs/engine/kernel/forgotten.ts')],
  'everything-resolves': [
    file('libs/registry/access/imports-what-is-gone.ts', '#libs/engine/kernel/gone.js'),
    file('test/imports-what-is-gone.ts', './support/gone.js'),
  ],
};

/** An import that begins with `type ` is one of types alone. */
function file(path: string, ...imports: readonly string[]): PlantedFile {
  return { path, imports };
}
