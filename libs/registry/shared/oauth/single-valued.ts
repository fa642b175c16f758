import { OAuthError } from './oauth-error.js';

/** A form in which no field occurs twice (RFC 6749, section 3.2). @throws OAuthError invalid_request: one does */
export function singleValued(form: URLSearchParams): URLSearchParams {
  const seen = new Set<string>();
  for (const name of form.keys()) {
    if (seen.has(name)) throw OAuthError.invalidRequest(`${name} must not be sent twice`);
    seen.add(name);
  }
  return form;
}
