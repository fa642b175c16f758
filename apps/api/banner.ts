/** What the banner needs to know of a server that runs with the development issuer. */
export interface DevelopmentStart {
  readonly url: string;
  readonly project: string;
  readonly token: string;
  /** Makes the client's name new at every start. */
  readonly startedAt: Date;
}

/** What to do next, as text that can be pasted as it stands. */
export function developmentBanner({ url, project, token, startedAt }: DevelopmentStart): string {
  return `
Register an API client; paste this as it stands:

curl -sS -X POST ${url}/management/v1/projects/${project}/apps/api \\
  -H 'Content-Type: application/json' \\
  -H 'Authorization: Bearer ${token}' \\
  -d '{"name":"Client of ${startedAt.toISOString()}","authMethodType":"API_AUTH_METHOD_TYPE_BASIC"}'

The token is the development issuer's and good for twelve hours; npm run -s token prints another.
npm start -- --help lists what can be configured. Stop with Ctrl+C.
`;
}
