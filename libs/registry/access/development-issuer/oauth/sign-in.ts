import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';
import { passwordUsersOf, signedInUser, userOf } from '../development-users.js';
import type { IssuerRecord } from '../issuer-file.js';
import { RESOURCE } from './provider-configuration.js';
import { knownScopes } from './scopes.js';
import { type Page, type SignInForm, signInPage } from './sign-in-page.js';

/** A pending authorization request, in the request of its user's browser. */
export interface PendingSignIn {
  readonly provider: Provider;
  readonly record: IssuerRecord;
  readonly interaction: Interaction;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether the passwords are shown, because nobody but the owner of the machine can see the page. */
  readonly showsPasswords: boolean;
}

/** The sign-in form. @param attempt what the last attempt was, and why it failed */
export async function signInForm(
  { provider, record, interaction, showsPasswords }: PendingSignIn,
  attempt: Pick<SignInForm, 'fault' | 'loginName'> = {},
): Promise<Page> {
  const { params, prompt, session } = interaction;
  const client = await provider.Client.find(params.client_id ?? '');
  const signedIn = prompt.name === 'login' ? undefined : session && userOf(record, session.accountId);
  return signInPage({
    client: client?.clientName ?? params.client_id ?? '',
    signedInAs: signedIn?.displayName,
    scopes: knownScopes([params.scope]).split(' ').filter(Boolean),
    returnOrigin: new URL(params.redirect_uri ?? 'http://localhost').origin,
    users: showsPasswords ? passwordUsersOf(record) : [],
    ...(params.login_hint !== undefined && { loginName: params.login_hint.slice(0, 200) }),
    ...attempt,
  });
}

/**
 * Handles the submitted form: the answer sends the browser on.
 *
 * @returns the form again, when the credentials are wrong
 */
export async function submitSignIn(pending: PendingSignIn, form: URLSearchParams): Promise<Page | undefined> {
  const { provider, record, interaction, request, response } = pending;
  const finish = (result: object) => provider.interactionFinished(request, response, result);
  if (form.get('action') === 'cancel') {
    await finish({ error: 'access_denied', error_description: 'the user has cancelled' });
    return undefined;
  }
  const loginName = form.get('login') ?? '';
  const accountId =
    interaction.prompt.name === 'login'
      ? signedInUser(record, loginName, form.get('password') ?? '')?.id
      : interaction.session?.accountId;
  if (accountId === undefined) {
    return signInForm(pending, { loginName, fault: 'The user name or the password is wrong.' });
  }
  const grantId = await grantAll(provider, interaction, accountId);
  await finish({ login: { accountId, remember: false }, consent: { grantId } });
  return undefined;
}

/** Grants a client everything that it asks for: whoever signs in has seen the list. */
async function grantAll(provider: Provider, { params }: Interaction, accountId: string): Promise<string> {
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  const scope = knownScopes([params.scope]);
  grant.addOIDCScope(scope);
  grant.addResourceScope(RESOURCE, scope);
  return grant.save();
}
