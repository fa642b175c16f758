import { APIAuthMethodType } from '@zitadel/proto/zitadel/app_pb.js';
import { KeyType } from '@zitadel/proto/zitadel/auth_n_key_pb.js';
import { enumWords } from '#libs/engine/contract/enum-words.js';
import type { AuthMethod, KeyType as StoredKeyType } from './application.events.js';

/** How an API client authenticates. */
export const authMethods = enumWords<APIAuthMethodType, AuthMethod>({
  basic: APIAuthMethodType.API_AUTH_METHOD_TYPE_BASIC,
  privateKeyJwt: APIAuthMethodType.API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT,
});

/** The format in which the private half of a key is handed out. */
export const keyTypes = enumWords<KeyType, StoredKeyType>({ json: KeyType.JSON });
