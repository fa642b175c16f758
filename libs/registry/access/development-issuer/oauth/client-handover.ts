import type { IncomingHttpHeaders } from 'node:http';
import { JWT_BEARER, MACHINE_CLIENT, type RegisteredClients } from './oauth-clients.js';

/** Parameters with which a client proves itself in the body. */
const CREDENTIALS = ['client_secret', 'client_assertion', 'client_assertion_type'];

/** A request of a client, with its body as a form. */
export interface ClientRequest {
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

/**
 * Authenticates a registered client, and gives its request to the provider with a secret that only this process knows:
 * what counts as a valid credential is decided in one place, for tokens and for introspection. A request without
 * credentials is that of a public client, and is passed on as it is.
 *
 * @param authenticate rejects when the credentials are not valid
 * @param handoverSecret see {@link registeredMetadata}
 */
export async function handedOver(
  { headers, form }: ClientRequest,
  authenticate: RegisteredClients['authenticate'],
  handoverSecret: string,
): Promise<ClientRequest> {
  if (!hasCredentials(headers, form)) return { headers, form: withMachineClient(form) };
  const { clientId } = await authenticate(headers.authorization, form);
  const authorization = `Basic ${Buffer.from(`${clientId}:${handoverSecret}`).toString('base64')}`;
  const rest = new URLSearchParams([...form].filter(([name]) => !CREDENTIALS.includes(name)));
  return { headers: { ...headers, authorization }, form: rest };
}

/** Swagger UI sends an empty secret for a public client. */
function hasCredentials({ authorization }: IncomingHttpHeaders, form: URLSearchParams): boolean {
  return authorization !== undefined || CREDENTIALS.some((name) => form.getAll(name).some((value) => value !== ''));
}

/** The assertion of a machine user needs no client (RFC 7523, section 2.1), but the provider does. */
function withMachineClient(form: URLSearchParams): URLSearchParams {
  if (form.get('grant_type') !== JWT_BEARER || form.has('client_id')) return form;
  return new URLSearchParams([...form, ['client_id', MACHINE_CLIENT]]);
}
