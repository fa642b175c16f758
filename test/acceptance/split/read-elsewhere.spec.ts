import type { DescMethodUnary } from '@bufbuild/protobuf';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { tokenWith } from '../../support/api.js';
import type { Appledger } from '../../support/appledger.js';
import { describeWithMongoDb } from '../../support/mongodb-process.js';
import { type Outcome, speakersOf } from '../../support/speakers.js';
import { SplitDeployment } from '../../support/split-deployment.js';

const APPLICATIONS = 300;
/** The server of the tests looks at every document for a search by name. */
const LISTED_EVERY = 3;
const CLIENTS = 16;
const ROUNDS = 12;
/** Long enough for a busy machine: an answer that is stale has not been waited for. */
const PATIENCE_MS = '20000';

const { addAPIApp, getAppByID, listApps, updateApp, deactivateApp, removeApp } = ManagementService.method;
const { addAppKey, getAppKey, listAppKeys, removeAppKey } = ManagementService.method;
const { addProject, getProjectByID, listProjects, removeProject } = ManagementService.method;

// biome-ignore lint/suspicious/noExplicitAny: answers of every call
type Fields = any;

/** Makes a call over one protocol. */
type Call = (method: DescMethodUnary, fields: object) => Promise<Outcome>;

describeWithMongoDb('what was written through one api is read through the other, without any header', () => {
  let deployment: SplitDeployment;
  let projectId: string;
  const closing: (() => void)[] = [];
  /** By protocol: one client of the first api, one of the second. */
  let pairs: readonly (readonly [Call, Call])[];

  beforeAll(async () => {
    deployment = await SplitDeployment.start('elsewhere', { APPLEDGER_READ_PATIENCE_MS: PATIENCE_MS });
    await Promise.all([deployment.startProjector(), deployment.startProjector()]);
    await deployment.serves();
    const [here, there] = await Promise.all(deployment.apis.map(callsOf));
    pairs = (here ?? []).map((call, index) => [call, there?.[index] ?? call]);
    projectId = deployment.apis[0].development.project;
  });
  afterAll(async () => {
    for (const close of closing) close();
    await deployment?.end();
  });

  async function callsOf({ server, development }: Appledger): Promise<readonly Call[]> {
    const headers = {
      authorization: `Bearer ${await tokenWith(development, { IAM_OWNER: [development.organization] })}`,
    };
    const { speakers, close } = speakersOf(server.url);
    closing.push(close);
    return speakers.map(
      (speaker): Call =>
        (method, fields) =>
          speaker.call(method, fields, headers),
    );
  }

  /** Clients of the next protocol; when all have been used the other api is the one that is written through. */
  function pairOf(round: number): readonly [Call, Call] {
    const [one, other] = pairs[round % pairs.length] as readonly [Call, Call];
    return Math.floor(round / pairs.length) % 2 === 0 ? [one, other] : [other, one];
  }

  const answered = (outcome: Outcome): Fields => {
    if ('answer' in outcome) return outcome.answer as Fields;
    throw new Error(`${outcome.code} ${outcome.message}`);
  };
  const search = (name: string) => [{ query: { case: 'nameQuery' as const, value: { name } } }];

  it(`0 of ${APPLICATIONS} applications are not found, and none is missing in a list, on all protocols`, async () => {
    const missed: unknown[] = [];
    let next = 0;
    const client = async () => {
      while (next < APPLICATIONS) {
        const round = next++;
        const name = `Across ${round}`;
        const [here, there] = pairOf(round);
        const { appId } = answered(await here(addAPIApp, { projectId, name }));
        const [got, listed] = await Promise.all([
          there(getAppByID, { projectId, appId }),
          round % LISTED_EVERY === 0 ? there(listApps, { projectId, queries: search(name) }) : undefined,
        ]);
        if (!('answer' in got)) missed.push({ name, got });
        if (listed !== undefined && !holds(listed, appId)) missed.push({ name, listed });
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    expect(missed).toEqual([]);
  }, 600_000);

  it('a change, a state and a removal of an application', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [here, there] = pairOf(round);
      const { appId } = answered(await here(addAPIApp, { projectId, name: `Changed ${round}` }));
      const place = { projectId, appId };
      answered(await there(updateApp, { ...place, name: `Renamed ${round}` }));
      expect(answered(await here(getAppByID, place))).toMatchObject({ app: { name: `Renamed ${round}` } });
      expect(holds(await there(listApps, { projectId, queries: search(`Changed ${round}`) }), appId)).toBe(false);
      answered(await here(deactivateApp, place));
      expect(answered(await there(getAppByID, place))).toMatchObject({ app: { state: 'APP_STATE_INACTIVE' } });
      answered(await there(removeApp, place));
      expect(await here(getAppByID, place)).toMatchObject({ code: 5, id: 'QUERY-pCP8P' });
    }
  });

  it('a key', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [here, there] = pairOf(round);
      const app = { projectId, name: `With a key ${round}`, authMethodType: 1 };
      const { appId } = answered(await here(addAPIApp, app));
      const place = { projectId, appId };
      const { id: keyId } = answered(await there(addAppKey, { ...place, type: 1 }));
      expect(answered(await here(getAppKey, { ...place, keyId }))).toMatchObject({ key: { id: keyId } });
      expect(holds(await here(listAppKeys, place), keyId)).toBe(true);
      answered(await here(removeAppKey, { ...place, keyId }));
      expect(await there(getAppKey, { ...place, keyId })).toMatchObject({ code: 5 });
      expect(holds(await there(listAppKeys, place), keyId)).toBe(false);
    }
  });

  it('a project, and the applications and keys that are removed with it', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [here, there] = pairOf(round);
      const name = `Project ${round}`;
      const { id } = answered(await here(addProject, { name }));
      const queries = search(name);
      const [got, listed] = await Promise.all([there(getProjectByID, { id }), there(listProjects, { queries })]);
      expect(answered(got)).toMatchObject({ project: { name } });
      expect(holds(listed, id)).toBe(true);
      const { appId } = answered(await there(addAPIApp, { projectId: id, name }));
      answered(await here(removeProject, { id }));
      expect(await there(getAppByID, { projectId: id, appId })).toMatchObject({ code: 5 });
      expect(holds(await there(listProjects, { queries }), id)).toBe(false);
    }
  });
});

/** Whether a list came, and has an entry with this id. */
function holds(listed: Outcome, id: string): boolean {
  if (!('answer' in listed)) throw new Error(`${listed.code} ${listed.message}`);
  const { result = [] } = listed.answer as { readonly result?: readonly { readonly id: string }[] };
  return result.some((entry) => entry.id === id);
}
