/** The facts that the banner of a server with the development issuer contains. */
export interface DevelopmentStart {
  readonly url: string;
  readonly project: string;
  /** A token; undefined when the output is not a terminal, so that no log contains a token. */
  readonly token: string | undefined;
  /** Command that prints a token. */
  readonly tokenCommand: string;
  /** The names with which users sign in. */
  readonly users: readonly string[];
  /** Part of the client's name, so that the call can be pasted after every start. */
  readonly startedAt: Date;
}

/** The text that a server prints at its start: a call to paste, and how to get a token. */
export function developmentBanner({ url, project, token, startedAt, tokenCommand, users }: DevelopmentStart): string {
  // Without a token, the shell that runs the call runs the command first.
  const authorization =
    token === undefined ? `"Authorization: Bearer $(${tokenCommand})"` : `'Authorization: Bearer ${token}'`;
  const ofTheToken =
    token === undefined
      ? 'The call runs a command that prints a token of the development issuer. On a terminal, npm start prints a token instead.'
      : 'The token is signed by the development issuer and valid for twelve hours.';
  return `
To register an API client, paste this call:

curl -sS -X POST ${url}/management/v1/projects/${project}/apps/api \\
  -H 'Content-Type: application/json' \\
  -H ${authorization} \\
  -d '{"name":"Client of ${startedAt.toISOString()}","authMethodType":"API_AUTH_METHOD_TYPE_BASIC"}'

${ofTheToken}
This command prints ${token === undefined ? 'a token' : 'another token'}:

${tokenCommand}

${url}/docs shows all calls, and its Authorize button signs in as ${users.join(', ')}.
This command prints their passwords:

${tokenCommand} --users

This issuer is for development only: in production, set APPLEDGER_ISSUER.
${url}/ shows version, stores and issuer.
npm start -- --help lists the configuration variables. Stop with Ctrl+C.
`;
}

/**
 * The text that a server prints while no client can be registered.
 *
 * @param obstacle the reason, without a full stop
 */
export function obstacleNotice(obstacle: string): string {
  return `
No client can be registered yet: ${obstacle}.
The server keeps trying, and prints a call to paste as soon as it succeeds. Stop with Ctrl+C.
`;
}
