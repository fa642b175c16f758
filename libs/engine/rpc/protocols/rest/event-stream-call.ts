import type { Message } from '@bufbuild/protobuf';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StreamingCall } from '../../core/call.js';
import { FastifyExchange } from '../../core/fastify-exchange.js';
import type { HttpError } from '../../errors/http-error.js';
import { httpErrorOf } from '../../errors/http-error-of.js';
import type { StreamingServer } from '../streaming/framed-stream.js';
import { replyDuplex } from '../streaming/reply-duplex.js';
import { serveStreaming } from '../streaming/serve-streaming.js';
import { compileStreamRun } from '../streaming/stream-run.js';
import { uncompressed } from '../wire/frame.js';
import { once, scopeIn } from '../wire/run-message.js';
import { eventStreamEncoder, eventStreamWire } from './event-stream.js';
import { sendHttpError } from './fastify-options.js';
import type { RestRule } from './http-rule.js';
import type { QueryString } from './query-string.js';
import { compileDecode, type RestCall, scopeParameterOf } from './rest-call.js';

/**
 * Compiles one REST binding of a streaming call, with server-sent events as answer. A request that is refused before
 * the stream begins gets an ordinary error answer with its status.
 *
 * @throws Error the contract uses a feature that is not implemented
 */
export function compileEventStream(
  call: StreamingCall,
  rule: RestRule,
  { admission, metrics, log, stopping, times }: Omit<StreamingServer, 'streaming'>,
): RestCall {
  const run = compileStreamRun(call, { admission, stopping });
  const decode = compileDecode(call, rule);
  const wire = eventStreamWire(call.events);
  const encode = eventStreamEncoder(call);
  const { rest: meter } = metrics.of(call);
  const scopeParameter = call.run === undefined ? undefined : scopeParameterOf(call, rule);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const params = request.params as Readonly<Record<string, string>>;
    const message = once(() => {
      const body = uncompressed(request.body as Buffer | undefined, request.headers);
      return decode({ params, query: request.query as QueryString, body });
    });
    const scope = async () => (scopeParameter === undefined ? scopeIn(call, message) : params[scopeParameter]);
    const refuse = (error: HttpError) => void sendHttpError(reply, error);
    const exchange = new FastifyExchange(request, reply);
    reply.hijack();
    await serveStreaming(
      { exchange, messages: only(message), scope },
      { ...replyDuplex(reply, wire), refuse },
      {
        call,
        run,
        wire,
        encode,
        meter,
        stopping,
        times,
        errorFor: (error) => httpErrorOf(error, request.id, log),
      },
    );
    return reply;
  };
}

async function* only(read: () => Message): AsyncIterable<Message> {
  yield read();
}
