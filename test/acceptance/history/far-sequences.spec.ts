import type { DescMethodUnary } from '@bufbuild/protobuf';
import { AdminService } from '@zitadel/proto/zitadel/admin_pb.js';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { cleanUp } from '../../support/server.js';
import { type Speaking, startSpeaking } from '../../support/speaking.js';

const SEQUENCES = [2n ** 31n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const { listAppChanges, listProjectChanges } = ManagementService.method;

let speaking: Speaking;
let projectId: string;
let appId: string;

beforeAll(async () => {
  speaking = await startSpeaking();
  const { appledger } = speaking;
  projectId = appledger.development.project;
  appId = (await appledger.createApp({ name: 'Far' })).body.appId;
});
afterAll(async () => {
  speaking.close();
  await cleanUp();
});

/** The items that a call lists on every protocol except REST, which takes its parameters in the query string. */
async function listed(method: DescMethodUnary, fields: object, list: string): Promise<readonly number[]> {
  const counts = [];
  for (const speaker of speaking.speakers.filter(({ protocol }) => !protocol.startsWith('REST'))) {
    const outcome = await speaker.call(method, fields, speaking.headers);
    if (!('answer' in outcome)) throw new Error(`${speaker.protocol}: ${JSON.stringify(outcome)}`);
    counts.push((outcome.answer as Record<string, readonly unknown[] | undefined>)[list]?.length ?? 0);
  }
  return [...new Set(counts)];
}

async function changes(path: string, sequence: bigint, asc: boolean): Promise<number> {
  const address = `POST /management/v1/projects/${projectId}${path}/changes/_search`;
  const { status, body } = await speaking.appledger.call(`${address}?query.sequence=${sequence}&query.asc=${asc}`);
  expect(status).toBe(200);
  return body.result?.length ?? 0;
}

describe.each(SEQUENCES)('after sequence %d', (sequence) => {
  const after = { sequence, asc: true };
  const before = { sequence, asc: false };

  it('an application has no changes, and all of them before it', async () => {
    expect(await changes(`/apps/${appId}`, sequence, true)).toBe(0);
    expect(await changes(`/apps/${appId}`, sequence, false)).toBe(2);
    expect(await listed(listAppChanges, { projectId, appId, query: after }, 'result')).toEqual([0]);
    expect(await listed(listAppChanges, { projectId, appId, query: before }, 'result')).toEqual([2]);
  });

  it('a project has no changes, and all of them before it', async () => {
    expect(await changes('', sequence, true)).toBe(0);
    expect(await changes('', sequence, false)).toBe(1);
    expect(await listed(listProjectChanges, { projectId, query: after }, 'result')).toEqual([0]);
    expect(await listed(listProjectChanges, { projectId, query: before }, 'result')).toEqual([1]);
  });

  it.each([2 ** 31, 2 ** 32 - 1])(
    'the event store has no events, and all of them before it, with limit %d',
    async (limit) => {
      const { listEvents } = AdminService.method;
      for (const [fields, count] of [
        [{ aggregateId: appId }, 2],
        [{}, 3],
      ] as const) {
        expect(await listed(listEvents, { ...fields, limit, ...after }, 'events')).toEqual([0]);
        expect(await listed(listEvents, { ...fields, limit, ...before }, 'events')).toEqual([count]);
        for (const [asc, found] of [[true, 0] as const, [false, count] as const]) {
          const body = { ...fields, limit, sequence: `${sequence}`, asc };
          const answer = await speaking.appledger.call('POST /admin/v1/events/_search', { body });
          expect([answer.status, answer.body.events?.length ?? 0]).toEqual([200, found]);
        }
      }
    },
  );
});
