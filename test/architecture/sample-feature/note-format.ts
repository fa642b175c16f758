import { Injectable } from '@nestjs/common';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';

/** Answers how long a note may be; the parameter `unit` is only echoed. */
@Injectable()
export class NoteFormatHandler implements HttpRouteHandler {
  handle({ params }: HttpRouteRequest): HttpRouteAnswer {
    const body = JSON.stringify({ unit: params.unit, max: 200 });
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
}

export const noteFormatRoute: FeatureRoute = {
  name: 'Notes/Format',
  verb: 'GET',
  path: '/notes/format/:unit',
  operation: {
    operationId: 'GetNoteFormat',
    tags: ['Notes'],
    summary: 'Read the format of notes',
    parameters: [{ name: 'unit', in: 'path', required: true, schema: { type: 'string' } }],
    responses: { 200: { description: 'The longest note.' } },
  },
  handler: NoteFormatHandler,
};
