import { Inject, Injectable } from '@nestjs/common';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { refused } from '#libs/registry/shared/refused.js';
import { schemaPath } from './cloud-event.js';
import { dataSchema } from './event-schemas.js';
import { feedRefusals } from './feed.refusals.js';

/** Serves the JSON Schema of a type of events by itself, at the URL that each event names as its `dataschema`. */
@Injectable()
export class SchemaHandler implements HttpRouteHandler {
  constructor(@Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents) {}

  handle({ params: { type = '' } }: HttpRouteRequest): HttpRouteAnswer {
    const schema = dataSchema(type, this.publicEvents);
    if (schema === undefined) throw refused(feedRefusals, 'FEED-t2Nv6');
    return { status: 200, headers: { 'content-type': 'application/schema+json' }, body: JSON.stringify(schema) };
  }
}

export const schemaRoute: FeatureRoute = {
  name: 'Events/Schema',
  verb: 'GET',
  path: schemaPath(':type'),
  operation: {
    operationId: 'GetEventSchema',
    tags: ['Subscribers'],
    summary: 'Get the JSON Schema of the data of a type of events',
    description: 'Needs no token.',
    security: [],
    parameters: [
      { name: 'type', in: 'path', required: true, schema: { type: 'string' }, example: 'project.application.added' },
    ],
    responses: {
      200: { description: 'A JSON Schema.', content: { 'application/schema+json': { schema: { type: 'object' } } } },
      404: { description: `- code 5: \`FEED-t2Nv6\` ${feedRefusals['FEED-t2Nv6'].text}` },
    },
  },
  handler: SchemaHandler,
};
