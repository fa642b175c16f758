import { APIAuthMethodType } from '@zitadel/proto/zitadel/app_pb.js';
import { KeyType } from '@zitadel/proto/zitadel/auth_n_key_pb.js';
import { PrivateLabelingSetting } from '@zitadel/proto/zitadel/project_pb.js';
import type { AuthMethod, KeyType as StoredKeyType } from '#libs/registry/applications/application.events.js';
import type { PrivateLabelingSetting as StoredPrivateLabelingSetting } from '#libs/registry/projects/project.events.js';

/** Between an enum of the contract, which is a number, and the word that events hold for it. */
export interface EnumWords<Value extends number, Word extends string> {
  /** The word to store. */
  stored(value: Value): Word;
  /** The contract's number for a stored word. */
  answered(word: Word): Value;
}

/** How an API client authenticates. */
export const authMethods = enumWords<APIAuthMethodType, AuthMethod>({
  basic: APIAuthMethodType.API_AUTH_METHOD_TYPE_BASIC,
  privateKeyJwt: APIAuthMethodType.API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT,
});

/** In what form the private half of a key is handed out. */
export const keyTypes = enumWords<KeyType, StoredKeyType>({ json: KeyType.JSON });

/** Whose branding a project's logins show. */
export const privateLabelingSettings = enumWords<PrivateLabelingSetting, StoredPrivateLabelingSetting>({
  unspecified: PrivateLabelingSetting.UNSPECIFIED,
  enforceProjectResourceOwnerPolicy: PrivateLabelingSetting.ENFORCE_PROJECT_RESOURCE_OWNER_POLICY,
  allowLoginUserResourceOwnerPolicy: PrivateLabelingSetting.ALLOW_LOGIN_USER_RESOURCE_OWNER_POLICY,
});

function enumWords<Value extends number, Word extends string>(
  values: Readonly<Record<Word, Value>>,
): EnumWords<Value, Word> {
  const words = new Map<Value, Word>(Object.entries<Value>(values).map(([word, value]) => [value, word as Word]));
  return {
    stored(value) {
      const word = words.get(value);
      if (word === undefined) throw new RangeError(`no word is stored for the enum value ${value}`);
      return word;
    },
    answered: (word) => values[word],
  };
}
