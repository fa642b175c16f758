import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { LastUsed } from '#libs/registry/credentials/index.js';
import { refused } from '#libs/registry/shared/refused.js';
import { applicationRefusals } from '../../application.refusals.js';
import { PUBLISHED_KEYS_ID } from '../../application-keys.js';
import { ApplicationLookup } from '../support/application-lookup.js';
import { GetJwksUriQuery, type PublishedAt } from './get-jwks-uri.query.js';

@QueryHandler(GetJwksUriQuery)
export class GetJwksUriHandler implements IQueryHandler<GetJwksUriQuery> {
  constructor(
    private readonly lookup: ApplicationLookup,
    private readonly usage: LastUsed,
  ) {}

  async execute({ applicationId, reader }: GetJwksUriQuery): Promise<PublishedAt> {
    const client = await this.lookup.client(applicationId, reader);
    if (client === undefined) throw refused(applicationRefusals, 'COMMAND-sak25');
    const { jwksUri } = client;
    if (jwksUri === undefined) throw refused(applicationRefusals, 'KEY-Jw5mX');
    if (reader.asOf !== undefined) return { client: { ...client, jwksUri }, lastUsedAt: undefined };
    const used = await this.usage.lastUsed(applicationId, [PUBLISHED_KEYS_ID]);
    return { client: { ...client, jwksUri }, lastUsedAt: used.get(PUBLISHED_KEYS_ID) };
  }
}
