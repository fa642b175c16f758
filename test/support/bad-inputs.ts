/** A request to create an API application that must be refused, with the expected refusal. */
export interface BadInput {
  readonly case: string;
  /** Default: the existing project. */
  readonly projectId?: string;
  /** Sent as it is when it is text, as JSON otherwise. */
  readonly body: unknown;
  readonly status: number;
  readonly code: number;
  /** The id in the error's details; undefined: details are empty. */
  readonly id?: string;
  /** Text that the message must contain. */
  readonly says: string | RegExp;
}

const field = { status: 400, code: 3 } as const;

/** Bad input to "Create Application (API)": none may be answered by a 500 or append an event. */
export const badInputs: readonly BadInput[] = [
  { case: 'not JSON', body: '{"name":', ...field, says: /JSON/ },
  { case: 'an array', body: '[]', ...field, says: /object/ },
  { case: 'a string', body: '"name"', ...field, says: /object/ },
  { case: 'null', body: 'null', ...field, says: /object/ },
  { case: 'no body', body: '', ...field, says: /name/ },
  { case: 'no name', body: {}, ...field, says: 'name' },
  { case: 'an empty name', body: { name: '' }, ...field, says: /name.*1/ },
  { case: 'a name of 201 characters', body: { name: 'x'.repeat(201) }, ...field, says: /name.*200/ },
  { case: 'a name of 201 characters of four bytes', body: { name: '𝔸'.repeat(201) }, ...field, says: /name.*200/ },
  { case: 'a name of white space', body: { name: '  ' }, ...field, id: 'PROJECT-Bff2g', says: 'Application invalid' },
  { case: 'a name that is a number', body: { name: 7 }, ...field, says: /name/ },
  { case: 'a name that is an object', body: { name: {} }, ...field, says: /name/ },
  { case: 'a name with NUL', body: { name: 'a\0b' }, ...field, says: /name/ },
  { case: 'a name with a lone surrogate', body: '{"name":"a\\ud800b"}', ...field, says: /name/ },
  {
    case: 'an unknown enum name',
    body: { name: 'n', authMethodType: 'API_AUTH_METHOD_TYPE_X' },
    ...field,
    says: /auth/i,
  },
  { case: 'an unknown enum number', body: { name: 'n', authMethodType: 99 }, ...field, says: /auth/i },
  { case: 'an enum that is an object', body: { name: 'n', authMethodType: {} }, ...field, says: /auth/i },
  { case: 'deep nesting', body: `{"name":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, ...field, says: /name/ },
  {
    case: 'a body over 64 KiB',
    body: { name: 'n', padding: 'x'.repeat(65_536) },
    status: 413,
    code: 8,
    says: /65536|64 KiB/,
  },
  {
    case: 'a project that does not exist',
    projectId: '1000000000000000000',
    body: { name: 'n' },
    status: 400,
    code: 9,
    id: 'COMMAND-EbFMN',
    says: 'Project not found',
  },
  {
    case: 'a project id of 201 characters',
    projectId: '1'.repeat(201),
    body: { name: 'n' },
    ...field,
    says: /projectId/,
  },
  {
    case: 'a project id of 10,000 characters',
    projectId: '1'.repeat(10_000),
    body: { name: 'n' },
    ...field,
    says: /projectId/,
  },
  { case: 'a project id with NUL', projectId: '1%002', body: { name: 'n' }, ...field, says: /projectId/ },
  { case: 'a project id that is no UTF-8', projectId: '1%ff', body: { name: 'n' }, ...field, says: /./ },
];
