import { AddAPIAppRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Creates an API application ("client") in a project. */
export class CreateApiAppCommand extends commandFrom(
  AddAPIAppRequestSchema,
  'projectId',
  'name',
  'authMethodType',
)<CreatedApiApp> {}

/** An API application that has been created. */
export interface CreatedApiApp {
  readonly appId: string;
  readonly clientId: string;
  /** The secret, which only this answer holds; undefined for a client that authenticates with keys. */
  readonly clientSecret: string | undefined;
  readonly details: Details;
}
