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
  file('libs/kernel/ids.ts', './clock.js'),
  file('libs/kernel/clock.ts'),
  file('libs/domain/application/application.events.ts', '#libs/kernel/ids.js'),
  file('libs/event-store/port/event-store.ts', './event-store.errors.js'),
  file('libs/event-store/port/event-store.errors.ts', '#libs/kernel/ids.js'),
  file('libs/read-model/port/read-model.ts', '#libs/kernel/ids.js'),
  file(
    'libs/contract/codec.ts',
    '#libs/domain/application/application.events.js',
    'type #libs/event-store/port/event-store.js',
    '@zitadel/proto',
    '@bufbuild/protobuf',
    'class-validator',
  ),
  file('libs/platform/tokens.ts', '#libs/kernel/ids.js', '#libs/contract/codec.js', 'node:fs'),
  file('libs/auth/claims.ts', '#libs/platform/tokens.js', 'node:crypto'),
  file('libs/auth/claims.spec.ts', './claims.js'),
  file(
    'libs/rpc/router.ts',
    '#libs/auth/claims.js',
    '#libs/contract/codec.js',
    '#libs/event-store/port/event-store.errors.js',
  ),
  file(
    'libs/commands/create/create.handler.ts',
    '#libs/auth/claims.js',
    '#libs/domain/application/application.events.js',
    '#libs/event-store/port/event-store.js',
    '@nestjs/common',
  ),
  file(
    'libs/commands/create/create.spec.ts',
    './create.handler.js',
    '#libs/event-store/embedded/store.js',
    '../../../test/support/helper.js',
  ),
  file(
    'libs/composition/open-stores.ts',
    '#libs/event-store/embedded/store.js',
    '#libs/projections/applications/applications.projection.js',
  ),
  file('libs/operations/health-routes.ts', '#libs/read-model/port/read-model.js'),
  file('libs/projections/applications/applications.document.ts', '#libs/kernel/ids.js'),
  file(
    'libs/projections/applications/applications.projection.ts',
    './applications.document.js',
    '#libs/read-model/port/read-model.js',
    '#libs/event-store/port/event-store.js',
  ),
  file(
    'libs/queries/get/get.handler.ts',
    '#libs/projections/applications/applications.document.js',
    '#libs/read-model/port/read-model.js',
  ),
  file(
    'libs/history/list/list.handler.ts',
    '#libs/domain/application/application.events.js',
    '#libs/event-store/port/event-store.js',
  ),
  file('libs/subscribers/webhooks.ts', '#libs/event-store/port/event-store.js', '#libs/contract/codec.js'),
  file('libs/event-store/embedded/store.ts', '../port/event-store.js', 'lmdb'),
  file('libs/event-store/eventstoredb/store.ts', '../port/event-store.js', '@eventstore/db-client'),
  file(
    'libs/event-store/gateway/server.ts',
    '../port/event-store.js',
    '../embedded/store.js',
    '@grpc/grpc-js',
    '@eventstore/db-client',
  ),
  file('libs/read-model/embedded/model.ts', '../port/read-model.js', 'lmdb'),
  file('libs/read-model/mongodb/model.ts', '../port/read-model.js', 'mongodb'),
  file('apps/api/api.module.ts', '#libs/event-store/embedded/store.js', '#libs/read-model/mongodb/model.js'),
  file('apps/api/main.ts', './api.module.js'),
  file('test/support/helper.ts', '../../apps/api/main.js'),
];

/**
 * What breaks each rule, by the rule's name: files that are added to the healthy tree, of which each breaks that rule
 * and no other.
 */
export const violations: Readonly<Record<string, readonly PlantedFile[]>> = {
  'kernel-is-closed': [
    file('libs/kernel/knows-the-domain.ts', '#libs/domain/application/application.events.js'),
    file('libs/kernel/reads-files.ts', 'node:fs'),
    file('libs/kernel/takes-a-package.ts', '@nestjs/common'),
  ],
  'domain-is-closed': [
    file('libs/domain/knows-a-command.ts', '#libs/commands/create/create.handler.js'),
    file('libs/domain/draws-random-numbers.ts', 'node:crypto'),
    file('libs/domain/validates-by-decorator.ts', 'class-validator'),
  ],
  'contract-is-closed': [
    file('libs/contract/knows-the-edge.ts', '#libs/rpc/router.js'),
    file('libs/contract/is-injected.ts', '@nestjs/common'),
    file('libs/contract/reads-files.ts', 'node:fs'),
  ],
  'contract-takes-types-from-the-port': [
    file('libs/contract/uses-the-port.ts', '#libs/event-store/port/event-store.js'),
  ],
  'platform-imports-the-contract': [file('libs/platform/knows-auth.ts', '#libs/auth/claims.js')],
  'auth-imports-no-store': [
    file('libs/auth/reads-documents.ts', '#libs/read-model/port/read-model.js'),
    file('libs/auth/reads-events.ts', '#libs/event-store/embedded/store.js'),
  ],
  'rpc-imports-no-store': [
    file('libs/rpc/reads-events.ts', '#libs/event-store/port/event-store.js'),
    file('libs/rpc/knows-a-command.ts', '#libs/commands/create/create.handler.js'),
  ],
  'commands-import-the-write-side': [
    file('libs/commands/reads-documents.ts', '#libs/read-model/port/read-model.js'),
    file('libs/commands/knows-an-adapter.ts', '#libs/event-store/embedded/store.js'),
  ],
  'projections-import-events-and-ports': [
    file('libs/projections/knows-a-query.ts', '#libs/queries/get/get.handler.js'),
    file('libs/projections/knows-an-adapter.ts', '#libs/read-model/embedded/model.js'),
  ],
  'queries-import-the-read-side': [
    file('libs/queries/reads-events.ts', '#libs/event-store/port/event-store.js'),
    file('libs/queries/knows-a-projection.ts', '#libs/projections/applications/applications.projection.js'),
  ],
  'history-reads-events': [
    file('libs/history/reads-documents.ts', '#libs/read-model/port/read-model.js'),
    file('libs/history/knows-a-command.ts', '#libs/commands/create/create.handler.js'),
  ],
  'subscribers-import-events': [
    file('libs/subscribers/knows-an-adapter.ts', '#libs/event-store/eventstoredb/store.js'),
  ],
  'event-store-imports-its-port': [
    file('libs/event-store/gateway/knows-the-domain.ts', '#libs/domain/application/application.events.js'),
  ],
  'read-model-imports-its-port': [
    file('libs/read-model/embedded/knows-a-document.ts', '#libs/projections/applications/applications.document.js'),
  ],
  'adapters-are-strangers': [
    file('libs/event-store/eventstoredb/knows-the-embedded-store.ts', '../embedded/store.js'),
    file('libs/read-model/port/knows-an-adapter.ts', '../mongodb/model.js'),
  ],
  'the-gateway-serves-the-embedded-store': [
    file('libs/event-store/gateway/knows-the-client.ts', '../eventstoredb/store.js'),
  ],
  'only-embedded-stores-import-lmdb': [
    file('libs/commands/opens-lmdb.ts', 'lmdb'),
    file('apps/api/opens-lmdb.ts', 'lmdb'),
  ],
  'only-its-adapter-imports-db-client': [
    file('libs/event-store/embedded/calls-eventstoredb.ts', '@eventstore/db-client'),
  ],
  'only-event-stores-import-grpc': [file('libs/rpc/serves-grpc.ts', '@grpc/grpc-js')],
  'only-the-embedded-read-model-imports-mingo': [file('libs/queries/filters.ts', 'mingo')],
  'operations-import-what-they-operate': [
    file('libs/operations/opens-a-store.ts', '#libs/event-store/embedded/store.js'),
  ],
  'composition-serves-no-call': [file('libs/composition/decides.ts', '#libs/commands/create/create.handler.js')],
  'only-apps-compose': [file('libs/a-new-part/composes.ts', '#libs/composition/open-stores.js')],
  'only-its-adapter-imports-mongodb': [file('libs/queries/asks-mongodb.ts', 'mongodb')],
  'nothing-imports-an-app': [
    file('libs/subscribers/knows-the-api.ts', '../../apps/api/api.module.js'),
    file('apps/projector/borrows-from-the-api.ts', '../api/api.module.js'),
  ],
  'product-imports-no-test-code': [
    file('apps/projector/uses-a-test-helper.ts', '../../test/support/helper.js'),
    file('libs/auth/imports-a-spec.ts', './claims.spec.js'),
  ],
  'no-cycles': [file('libs/auth/hen.ts', './egg.js'), file('libs/auth/egg.ts', './hen.js')],
  'no-orphans': [file('libs/kernel/forgotten.ts')],
  'everything-resolves': [
    file('libs/commands/imports-what-is-gone.ts', '#libs/kernel/gone.js'),
    file('test/imports-what-is-gone.ts', './support/gone.js'),
  ],
};

/** An import that begins with `type ` is one of types alone. */
function file(path: string, ...imports: readonly string[]): PlantedFile {
  return { path, imports };
}
