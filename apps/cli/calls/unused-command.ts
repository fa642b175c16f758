import { toJson } from '@bufbuild/protobuf';
import {
  CredentialService,
  ListUnusedApplicationsResponseSchema,
  type UnusedApplication,
  Usage,
} from '#libs/registry/contract/gen/appledger/v1/credentials_pb.js';
import { assertNoMoreWords, command } from '../command.js';
import { UsageError } from '../usage-error.js';
import { type RemoteServer, remoteServer, SERVER_OPTIONS_HELP, serverOptions } from './remote-server.js';
import { textTable, timeText } from './text-table.js';

/** The most applications of one answer. */
const PAGE = 1_000;

const HELP = `Lists the applications of which no secret and no key has been used since a time.

Usage: npm run -s appledger -- unused --since TIME [--project ID]

  --since TIME    a duration up to now, such as 90d or 12h, or a time, such as 2026-11-29T12:00:00Z
  --project ID    only applications of this project
${SERVER_OPTIONS_HELP}

"never" means that no credential was ever used. "not since counting began" means that the application is older than the
counting of uses, and has not been used since.

Examples:
  npm run -s appledger -- unused --since 90d
  npm run -s appledger -- unused --since 90d --json`;

const usageTexts: Readonly<Record<Usage, string>> = {
  [Usage.UNSPECIFIED]: '',
  [Usage.NEVER]: 'never',
  [Usage.NOT_SINCE]: 'not since',
  [Usage.NOT_SINCE_COUNTING_BEGAN]: 'not since counting began',
};

/** `appledger unused`. */
export const unused = command({
  name: 'unused',
  help: HELP,
  options: { ...serverOptions, since: { type: 'string' }, project: { type: 'string' } },
  run: async (values, words) => {
    assertNoMoreWords('unused', words);
    const { since, project: projectId = '' } = values;
    if (since === undefined) throw new UsageError('unused requires --since TIME, such as --since 90d');
    const { first, all } = await everyPage(await remoteServer(values, process.env), { since, projectId });
    const lines = [`counting began ${timeText(first.countingBegan) || 'not yet'}`, ...tableOf(all)];
    const answer = toJson(
      ListUnusedApplicationsResponseSchema,
      { ...first, result: [...all] },
      { alwaysEmitImplicit: true },
    );
    return { lines, ok: true, data: answer as object };
  },
});

async function everyPage(server: RemoteServer, request: { readonly since: string; readonly projectId: string }) {
  const method = CredentialService.method.listUnusedApplications;
  const page = (offset: number) =>
    server.call(method, { ...request, query: { offset: BigInt(offset), limit: PAGE, asc: true } });
  const first = await page(0);
  const all = [...first.result];
  for (let last = first; last.result.length === PAGE; ) {
    last = await page(all.length);
    all.push(...last.result);
  }
  return { first, all };
}

function tableOf(applications: readonly UnusedApplication[]): readonly string[] {
  if (applications.length === 0) return ['no application is unused'];
  const rows = applications.map(({ applicationId, projectId, name, creationDate, usage, lastUsed }) => [
    applicationId,
    projectId,
    timeText(creationDate),
    usageTexts[usage],
    timeText(lastUsed),
    JSON.stringify(name),
  ]);
  return textTable([['application', 'project', 'created', 'used', 'last used', 'name'], ...rows]);
}
