import { RemoveAppKeyRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Removes a key: what it signs is no longer accepted. */
export class RemoveAppKeyCommand extends commandFrom(
  RemoveAppKeyRequestSchema,
  'projectId',
  'appId',
  'keyId',
)<Details> {}
