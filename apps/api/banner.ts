/** What the banner needs to know of a server that runs with the development issuer. */
export interface DevelopmentStart {
  readonly url: string;
  readonly project: string;
  /** A token; undefined: whoever reads the banner must not see one. */
  readonly token: string | undefined;
  /** Prints a token. */
  readonly tokenCommand: string;
  /** Makes the client's name new at every start. */
  readonly startedAt: Date;
}

/** What to do next, as text that can be pasted as it stands. */
export function developmentBanner({ url, project, token, startedAt, tokenCommand }: DevelopmentStart): string {
  // A shell that runs the call gets a token first.
  const authorization =
    token === undefined ? `"Authorization: Bearer $(${tokenCommand})"` : `'Authorization: Bearer ${token}'`;
  const ofTheToken =
    token === undefined
      ? 'The call gets a token of the development issuer: npm start prints one to a terminal alone.'
      : "The token is the development issuer's and good for twelve hours.";
  return `
Register an API client; paste this as it stands:

curl -sS -X POST ${url}/management/v1/projects/${project}/apps/api \\
  -H 'Content-Type: application/json' \\
  -H ${authorization} \\
  -d '{"name":"Client of ${startedAt.toISOString()}","authMethodType":"API_AUTH_METHOD_TYPE_BASIC"}'

${ofTheToken}
This prints ${token === undefined ? 'one' : 'another one'}:

${tokenCommand}

${url}/ says what runs here, ${url}/docs shows every call.
npm start -- --help lists what can be configured. Stop with Ctrl+C.
`;
}

/** What to say while nothing can be registered. */
export function obstacleNotice(obstacle: string): string {
  return `
Nothing can be registered yet: ${obstacle}.
This is tried again and again. The call to paste follows as soon as it works. Stop with Ctrl+C.
`;
}
