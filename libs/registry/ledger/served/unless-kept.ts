import { createHash } from 'node:crypto';
import type { HttpRouteAnswer, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';

const NOT_MODIFIED = 304;
const TAG_LENGTH = 22;

/** The answer with an entity tag of its body; without the body where the request says that the caller has it. */
export function unlessKept(request: HttpRouteRequest, answer: HttpRouteAnswer): HttpRouteAnswer {
  const { headers, body = '' } = answer;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, TAG_LENGTH)}"`;
  const tagged = { ...headers, etag };
  const isKept = tagsIn(request.headers['if-none-match']).some((tag) => tag === etag || tag === '*');
  return isKept ? { status: NOT_MODIFIED, headers: tagged } : { ...answer, headers: tagged };
}

/** The entity tags of a header. Weak ones count as strong: the body is the same, octet for octet. */
function tagsIn(header = ''): readonly string[] {
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}
