import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type AppSchema, AppState } from '@zitadel/proto/zitadel/app_pb.js';
import { type KeySchema, KeyType } from '@zitadel/proto/zitadel/auth_n_key_pb.js';
import { perDocument, readDetails } from '#libs/registry/shared/rpc/answers.js';
import { authMethods, keyTypes } from './enum-words.js';
import type { ApplicationKeyDocument } from './projections/application-keys/application-keys.document.js';
import type { ApplicationDocument } from './projections/applications/applications.document.js';

const appStates: Readonly<Record<ApplicationDocument['state'], AppState>> = {
  active: AppState.ACTIVE,
  inactive: AppState.INACTIVE,
};

/** An application as the contract answers it. */
export const appMessage = perDocument((document: ApplicationDocument): MessageInitShape<typeof AppSchema> => {
  return { ...appFields(document), details: readDetails(document.details) };
});

/** The message without its details. */
export function appFields({ id, name, state, api }: ApplicationDocument) {
  return {
    id,
    name,
    state: appStates[state],
    ...(api && { config: configOf(api) }),
  } satisfies MessageInitShape<typeof AppSchema>;
}

/** It is the same message as long as the configuration is the same. */
const configOf = perDocument(({ clientId, authMethod }: NonNullable<ApplicationDocument['api']>) => {
  return { case: 'apiConfig' as const, value: { clientId, authMethodType: authMethods.answered(authMethod) } };
});

/** A key of an application as the contract answers it: without either of its halves. */
export function keyMessage({ id, type, expirationDate, details }: ApplicationKeyDocument) {
  return {
    id,
    type: type === 'registered' ? KeyType.UNSPECIFIED : keyTypes.answered(type),
    expirationDate: timestampFromMs(Date.parse(expirationDate)),
    details: readDetails(details),
  } satisfies MessageInitShape<typeof KeySchema>;
}
