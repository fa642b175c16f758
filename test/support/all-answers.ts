import type { Appledger } from './appledger.js';

interface Listed {
  readonly id: string;
}

/** Every answer that the API gives about a project: by what was asked. */
export async function answersAbout(appledger: Appledger, projectId: string): Promise<ReadonlyMap<string, unknown>> {
  const answers = new Map<string, unknown>();
  const ask = async (request: string, body?: object) => {
    const answer = await appledger.call(request, body && { body });
    answers.set(`${request} ${JSON.stringify(body ?? {})}`, { status: answer.status, body: withoutView(answer.body) });
    return answer.body as { readonly result?: readonly Listed[] };
  };
  const project = `/management/v1/projects/${projectId}`;
  await ask(`GET ${project}`);
  await ask(`POST ${project}/changes/_search?query.asc=true`, {});
  await ask('POST /management/v1/projects/_search', { queries: [{ nameQuery: { name: 'Kept', method: 3 } }] });
  const apps = await ask(`POST ${project}/apps/_search`, { query: { limit: 1000, asc: true } });
  for (const { id } of apps.result ?? []) {
    await ask(`GET ${project}/apps/${id}`);
    await ask(`POST ${project}/apps/${id}/changes/_search?query.asc=true`, {});
    await ask(`POST ${project}/apps/${id}/keys/_search`, {});
    await ask('POST /admin/v1/events/_search', { aggregateId: id, asc: true });
  }
  await ask('POST /admin/v1/events/_search', { aggregateId: projectId, asc: true });
  return answers;
}

/** How far the documents as a whole are, and when they were looked at, is no matter of the project. */
function withoutView(body: unknown): unknown {
  const { details, ...rest } = body as { readonly details?: Readonly<Record<string, unknown>> };
  if (details === undefined) return rest;
  const { processedSequence: _, viewTimestamp: __, ...others } = details;
  return { ...rest, details: others };
}
