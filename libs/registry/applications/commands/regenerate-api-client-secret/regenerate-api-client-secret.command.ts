import { RegenerateAPIClientSecretRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

const Base = commandFrom(RegenerateAPIClientSecretRequestSchema, 'projectId', 'appId');

/** Replaces the secrets of an API client. */
export class RegenerateApiClientSecretCommand extends Base<RegeneratedSecret> {
  /** @param overlapMs how long the former secrets live on, in milliseconds; 0: they are no longer accepted */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly overlapMs: number,
  ) {
    super(request, context);
  }
}

/** The secret that replaces the former ones. */
export interface RegeneratedSecret {
  /** Only this answer holds it. */
  readonly clientSecret: string;
  readonly details: Details;
}
