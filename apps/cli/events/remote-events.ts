import { setTimeout as delay } from 'node:timers/promises';
import { serverSentMessages } from '#libs/engine/kernel/server-sent-events.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { CallError } from '../calls/call-error.js';
import type { RemoteServer } from '../calls/remote-server.js';
import { eventPages } from './event-pages.js';
import type { EventPage, EventRequest, EventSource, EventStep } from './event-source.js';

/** The pause before a lost connection is made again; it doubles up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** A connection is lost when nothing has arrived for three heartbeats of the server. */
const SILENT_MS = 45_000;

/**
 * The feed of a running server.
 *
 * @param tell is told when a connection is lost
 */
export function remoteEvents(server: RemoteServer, tell: (line: string) => void): EventSource {
  return (request) => (request.follow ? followed(server, request, tell) : pulled(server, request));
}

function pulled(server: RemoteServer, request: EventRequest): AsyncIterable<EventStep> {
  return eventPages(request, async (after, most) => {
    const query = queryOf(request);
    query.set('after', after);
    query.set('limit', String(most));
    return (await (await server.get(`/appledger/v1/events?${query}`)).json()) as EventPage;
  });
}

async function* followed(
  server: RemoteServer,
  request: EventRequest,
  tell: (line: string) => void,
): AsyncGenerator<EventStep> {
  let { limit } = request;
  let cursor: string | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      for await (const step of connection(server, request, cursor)) {
        cursor = step.cursor;
        pause = FIRST_PAUSE_MS;
        yield step;
        limit -= step.events.length;
        if (limit <= 0) return;
      }
      tell(`the server has ended the stream: connecting again in ${pause / 1_000} s`);
    } catch (error) {
      // What fails before the first message fails again, as a wrong URL does.
      if (cursor === undefined || !(error instanceof CallError) || !error.isTemporary) throw error;
      tell(`${error.message}; connecting again in ${pause / 1_000} s`);
    }
    await delay(pause);
  }
}

/** One connection, from a cursor to its end. @throws CallError it is refused or lost */
async function* connection(
  server: RemoteServer,
  request: EventRequest,
  cursor: string | undefined,
): AsyncGenerator<EventStep> {
  const query = queryOf(request);
  query.set('after', request.after);
  const headers = { accept: 'text/event-stream', ...(cursor !== undefined && { 'last-event-id': cursor }) };
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error('nothing has arrived for too long')), SILENT_MS);
  try {
    const answer = await server.get(`/appledger/v1/events?${query}`, headers, silent.signal);
    for await (const { id, event, data } of serverSentMessages(chunksOf(answer, timer))) {
      if (event === 'error') throw new CallError(`the server has ended the stream: ${errorText(data)}`, true);
      if (id === undefined) continue;
      yield { events: event === 'cursor' || data === undefined ? [] : [JSON.parse(data)], cursor: id };
    }
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw new CallError(`the connection is lost (${messageOf(error)})`, true, { cause: error });
  } finally {
    clearTimeout(timer);
    silent.abort();
  }
}

/** What arrives, heartbeats included; each chunk starts the timer again. */
async function* chunksOf({ body }: Response, timer: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  for await (const chunk of body ?? []) {
    timer.refresh();
    yield chunk;
  }
}

function queryOf({ types, project, application }: EventRequest): URLSearchParams {
  return new URLSearchParams({
    ...(types.length > 0 && { types: types.join(',') }),
    ...(project !== undefined && { project }),
    ...(application !== undefined && { application }),
  });
}

function errorText(data = '{}'): string {
  return (JSON.parse(data) as { readonly message?: string }).message ?? data;
}
