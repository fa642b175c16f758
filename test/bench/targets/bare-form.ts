/**
 * The upper limit of introspection on this machine: a bare Fastify server that reads the form and the authorization
 * header, looks the token up in memory, and returns a constant answer.
 *
 * BENCH_ANSWER: the JSON to answer.
 */
import fastify, { type FastifyRequest } from 'fastify';

const answer = JSON.parse(process.env.BENCH_ANSWER ?? '{}');
const answers = new Map<string, object>();

const server = fastify();
server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
  done(null, new URLSearchParams(body as string)),
);
server.post('/oauth/v2/introspect', async ({ body, headers }: FastifyRequest) => {
  const key = `${headers.authorization}${(body as URLSearchParams).get('token')}`;
  if (!answers.has(key)) answers.set(key, answer);
  return answers.get(key);
});
process.once('SIGTERM', () => void server.close());
console.log(`Bare Fastify listens on ${await server.listen({ host: '127.0.0.1', port: 0 })}`);
