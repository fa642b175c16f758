import type { DescMethodUnary } from '@bufbuild/protobuf';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { cleanUp } from '../../support/server.js';
import { type Speaking, startSpeaking } from '../../support/speaking.js';

const OFFSETS = [3n, 2n ** 31n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n];
const { listApps, listAppKeys, listProjects } = ManagementService.method;

let speaking: Speaking;
let projectId: string;
let appId: string;

beforeAll(async () => {
  speaking = await startSpeaking();
  const { appledger } = speaking;
  for (const name of ['First', 'Second']) {
    projectId = (await appledger.call('POST /management/v1/projects', { body: { name } })).body.id;
  }
  const app = { authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT' };
  for (const name of ['one', 'two', 'three']) {
    appId = (await appledger.createApp({ name, ...app }, projectId)).body.appId;
  }
  for (let key = 0; key < 3; key += 1) {
    const path = `POST /management/v1/projects/${projectId}/apps/${appId}/keys`;
    expect((await appledger.call(path, { body: { type: 'KEY_TYPE_JSON' } })).status).toBe(200);
  }
});
afterAll(async () => {
  speaking.close();
  await cleanUp();
});

const withName = [{ query: { case: 'nameQuery', value: { name: '', method: 5 } } }];

describe.each([
  ['applications', listApps, () => ({ projectId })],
  ['applications with a condition', listApps, () => ({ projectId, queries: withName })],
  ['projects', listProjects, () => ({})],
  ['projects with a condition', listProjects, () => ({ queries: withName })],
  ['keys', listAppKeys, () => ({ projectId, appId })],
] as const)('beyond the end of a list of three %s', (_, method, fields) => {
  it.each(OFFSETS)('offset %d returns nothing and a total of three, on every protocol', async (offset) => {
    for (const asc of [false, true]) {
      for (const speaker of speaking.speakers) {
        const request = { ...fields(), query: { offset, limit: 1000, asc } };
        const outcome = await speaker.call(method as DescMethodUnary, request, speaking.headers);
        expect([speaker.protocol, outcome]).toEqual([
          speaker.protocol,
          { answer: { details: expect.objectContaining({ totalResult: '3' }) } },
        ]);
      }
    }
  });
});
