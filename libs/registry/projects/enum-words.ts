import { PrivateLabelingSetting } from '@zitadel/proto/zitadel/project_pb.js';
import { enumWords } from '#libs/engine/contract/enum-words.js';
import type { PrivateLabelingSetting as StoredPrivateLabelingSetting } from './project.events.js';

/** Whose branding the logins of a project show. */
export const privateLabelingSettings = enumWords<PrivateLabelingSetting, StoredPrivateLabelingSetting>({
  unspecified: PrivateLabelingSetting.UNSPECIFIED,
  enforceProjectResourceOwnerPolicy: PrivateLabelingSetting.ENFORCE_PROJECT_RESOURCE_OWNER_POLICY,
  allowLoginUserResourceOwnerPolicy: PrivateLabelingSetting.ALLOW_LOGIN_USER_RESOURCE_OWNER_POLICY,
});
