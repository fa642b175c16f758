import { type DescMethodUnary, ScalarType } from '@bufbuild/protobuf';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { isUnary } from '#libs/engine/rpc/core/bind.js';
import { restRules } from '#libs/engine/rpc/protocols/rest/http-rule.js';
import { features } from '#libs/registry/features.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';
import { type Outcome, type Speaker, speakersOf } from '../../support/speakers.js';

const servedCalls = features.calls.map(({ method }) => method).filter(isUnary);

const unimplemented = { code: 12, message: expect.any(String), id: undefined };
const PROGRESS_FIELDS = new Set(['processedSequence', 'viewTimestamp']);
const { addAPIApp, getAppByID, healthz } = ManagementService.method;

let appledger: Appledger;
let headers: Readonly<Record<string, string>>;
let speakers: readonly Speaker[];
let close: () => void;
beforeAll(async () => {
  appledger = await startAppledger();
  await ready(appledger.call);
  const { development } = appledger;
  headers = { authorization: `Bearer ${await tokenWith(development, { IAM_OWNER: [development.organization] })}` };
  ({ speakers, close } = speakersOf(appledger.server.url));
});
afterAll(async () => {
  close();
  await cleanUp();
});

/** The answer of each protocol, by its name. */
async function everywhere(method: DescMethodUnary, fields: object, sent = headers): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const speaker of speakers)
    outcomes.set(speaker.protocol, withoutProgress(await speaker.call(method, fields, sent)));
  return outcomes;
}

/** An answer without the position of the projection, which may change between calls. */
function withoutProgress(outcome: Outcome): Outcome {
  if (!('answer' in outcome)) return outcome;
  return JSON.parse(JSON.stringify(outcome, (key, value) => (PROGRESS_FIELDS.has(key) ? undefined : value)));
}

/** The same outcome from every protocol. */
function alike(outcome: unknown): Map<string, unknown> {
  return new Map(speakers.map(({ protocol }) => [protocol, outcome]));
}

/** Only the fields in the path of a call, so that REST finds it. */
function pathFields(method: DescMethodUnary): object {
  const inPath = new Set(restRules(method)[0]?.pathFields.map(({ field }) => field));
  const fields = method.input.fields.filter(({ name }) => inPath.has(name));
  return Object.fromEntries(fields.map(({ localName, scalar }) => [localName, scalar === ScalarType.STRING ? 'x' : 1]));
}

describe('a call that is promised', () => {
  it.each(servedCalls.map((method) => [method.name, method] as const))(
    '%s has the same outcome on every protocol',
    async (_, method) => {
      const outcomes = await everywhere(method, pathFields(method));
      expect(outcomes).toEqual(alike(outcomes.get('REST over HTTP/1.1')));
    },
  );

  it('requires a token on every protocol if it requires one on any', async () => {
    for (const method of servedCalls) {
      const outcomes = await everywhere(method, pathFields(method), {});
      expect([method.name, outcomes]).toEqual([method.name, alike(outcomes.get('REST over HTTP/1.1'))]);
    }
  });
});

it('a call that is not served is UNIMPLEMENTED on every protocol, token or not', async () => {
  const promised = new Set(servedCalls);
  for (const { service } of features.contract.services) {
    const others = service.methods.filter(isUnary).filter((method) => !promised.has(method));
    for (const method of others.filter((_, index) => index % 20 === 0)) {
      expect(await everywhere(method, pathFields(method), {})).toEqual(alike(unimplemented));
    }
  }
});

it('Healthz needs no token on any protocol', async () => {
  expect(await everywhere(healthz, {}, {})).toEqual(alike({ answer: {} }));
});

it('an application that was created on one protocol is read on every other', async () => {
  const projectId = appledger.development.project;
  for (const speaker of speakers) {
    const name = `by ${speaker.protocol} – ä𝔸`;
    const created = await speaker.call(addAPIApp, { projectId, name }, headers);
    expect(created).toMatchObject({ answer: { appId: expect.any(String), clientSecret: expect.any(String) } });
    const { appId } = (created as { answer: { appId: string } }).answer;
    const read = await everywhere(getAppByID, { projectId, appId });
    expect(read.get('gRPC')).toMatchObject({ answer: { app: { id: appId, name } } });
    expect(read).toEqual(alike(read.get('gRPC')));
  }
});

describe('an error', () => {
  it.each([
    ['name taken', { name: 'taken' }, { code: 6, message: 'Application already exists (V3-DKcYh)', id: 'V3-DKcYh' }],
    ['project missing', { name: 'n', projectId: '1' }, { code: 9, id: 'COMMAND-EbFMN' }],
    ['name empty', { name: '' }, { code: 3, id: undefined }],
    ['name with NUL', { name: 'a\0b' }, { code: 3, id: undefined }],
    ['name of white space', { name: '  ' }, { code: 3, id: 'PROJECT-Bff2g' }],
    ['unknown enum number', { name: 'n', authMethodType: 99 }, { code: 3, id: undefined }],
  ])('has code, text and id on every protocol: %s', async (_, fields, expected) => {
    const projectId = appledger.development.project;
    await appledger.createApp({ name: 'taken' });
    const outcomes = await everywhere(addAPIApp, { projectId, ...fields });
    expect(outcomes.get('gRPC')).toMatchObject(expected);
    expect(outcomes).toEqual(alike(outcomes.get('gRPC')));
  });

  it('of a permission within a project is the same on every protocol', async () => {
    const { development } = appledger;
    const project = development.project;
    const claims = {
      [`urn:zitadel:iam:org:project:${project}:roles`]: { PROJECT_OWNER: { [development.organization]: 'x' } },
    };
    const owner = { authorization: `Bearer ${await tokenWith(development, {}, claims)}` };
    for (const [projectId, code] of [
      [project, 5],
      ['1', 7],
    ] as const) {
      const outcomes = await everywhere(getAppByID, { projectId, appId: '1' }, owner);
      expect(outcomes.get('gRPC')).toMatchObject({ code });
      expect(outcomes).toEqual(alike(outcomes.get('gRPC')));
    }
  });
});
