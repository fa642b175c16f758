import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { type ApplicationEvent, sequenceOf, textIn, UnprocessableEventError } from './application-event.js';

/** Larger than every event. */
const MAX_BODY_BYTES = 1_048_576;

/** An answer to a delivery. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * A receiver of webhooks by the Standard Webhooks specification, whose bodies are CloudEvents.
 *
 * @param secret `whsec_…`, which Appledger has answered when the webhook was added
 * @param handle enters an event. The delivery is acknowledged when it resolves
 * @param note writes a line of the log
 * @throws Error the secret is not valid
 */
export function webhookServer(
  secret: string,
  handle: (event: ApplicationEvent) => Promise<unknown>,
  note: (line: string) => void,
): Server {
  const webhook = new Webhook(secret);
  return createServer(async (request, response) => {
    const { status, text } = await answerTo(request, webhook, handle).catch((error: Error) => outcomeOf(error));
    if (status >= 300) note(`answers ${status} to a delivery: ${text}`);
    response.writeHead(status, { 'content-type': 'text/plain', ...(status === 413 && { connection: 'close' }) });
    response.end(status === 204 ? undefined : `${text}\n`);
  });
}

async function answerTo(
  request: IncomingMessage,
  webhook: Webhook,
  handle: (event: ApplicationEvent) => Promise<unknown>,
): Promise<Answer> {
  if (request.method !== 'POST') return { status: 405, text: 'deliveries are POST requests' };
  const body = await bodyOf(request);
  if (body === undefined) return { status: 413, text: `a delivery has at most ${MAX_BODY_BYTES} bytes` };
  // The signature is of the bytes: they are verified before anything is read from them.
  const event = webhook.verify(body, request.headers as Record<string, string>);
  await handle(ofCloudEvent(event as Record<string, unknown>));
  return { status: 204, text: '' };
}

function ofCloudEvent({ type, subject, sequence, data = {} }: Record<string, unknown>): ApplicationEvent {
  const event = { type: String(type), data: { subject } };
  return {
    type: event.type,
    applicationId: textIn(event, 'subject'),
    sequence: sequenceOf(event.type, String(sequence)),
    data: data as ApplicationEvent['data'],
  };
}

/** A status of 4xx or 5xx lets Appledger deliver again, and at last park the event with the text. */
function outcomeOf(error: Error): Answer {
  if (error instanceof WebhookVerificationError) return { status: 401, text: `not verified: ${error.message}` };
  if (error instanceof SyntaxError || error instanceof UnprocessableEventError)
    return { status: 422, text: error.message };
  return { status: 503, text: error.message };
}

/** The body; undefined: it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
