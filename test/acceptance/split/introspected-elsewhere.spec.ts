import { setTimeout as delay } from 'node:timers/promises';
import type { Appledger } from '../../support/appledger.js';
import {
  assertion,
  assertionFields,
  basicOf,
  introspectAt,
  keyClient,
  type OAuthAnswer,
  secretClient,
  tokenFor,
} from '../../support/introspecting.js';
import { describeWithMongoDb } from '../../support/mongodb-process.js';
import type { Server } from '../../support/server.js';
import { SplitDeployment } from '../../support/split-deployment.js';

/** Long enough for a busy machine, and short enough to wait for when the documents cannot be made current. */
const POLL_MS = 100;
const PATIENCE_MS = '5000';

describeWithMongoDb('a client that is changed through one api', () => {
  let deployment: SplitDeployment;
  let projector: Server;
  let here: Appledger;
  let there: Appledger;
  beforeAll(async () => {
    deployment = await SplitDeployment.start('introspected', { APPLEDGER_READ_PATIENCE_MS: PATIENCE_MS });
    projector = await deployment.startProjector();
    await deployment.serves();
    [here, there] = deployment.apis;
  });
  afterAll(async () => deployment?.end());

  // Each server has a development issuer of its own, and only its own tokens are valid at it.
  const token = () => tokenFor(there.development, there.development.project);
  const elsewhere = async (form: Record<string, string>, headers = {}): Promise<OAuthAnswer> =>
    introspectAt(there.server)({ token: await token(), ...form }, headers);

  it('is accepted, and refused, by another one from the answer on', async () => {
    for (let round = 0; round < 4; round += 1) {
      const client = await secretClient(here);
      expect((await elsewhere({}, basicOf(client))).body.active).toBe(true);
      if (round % 2 === 0) await here.app('POST', client.appId, '/_deactivate', {});
      else await here.app('POST', client.appId, '/api_config/_generate_client_secret', {});
      expect((await elsewhere({}, basicOf(client))).status).toBe(401);
    }
  });

  it('is refused by another one with a key that was removed, although its assertion was verified before', async () => {
    const signer = await keyClient(here);
    const fields = assertionFields(await assertion(signer, there.server.url));
    expect((await elsewhere(fields)).body.active).toBe(true);
    await here.app('DELETE', signer.appId, `/keys/${signer.keyId}`);
    expect((await elsewhere(fields)).status).toBe(401);
  });

  it('is neither accepted nor refused while the documents are behind, or the read model or the event store is away', async () => {
    const client = await secretClient(here);
    const ask = () => elsewhere({}, basicOf(client));
    expect((await ask()).body.active).toBe(true);

    await projector.stop('SIGKILL');
    await here.app('POST', client.appId, '/_deactivate', {});
    expectUnavailable(await ask());
    projector = await deployment.startProjector();
    expect(await firstVerdict(ask)).toBe(401);

    await here.app('POST', client.appId, '/_reactivate', {});
    expect(await firstVerdict(ask)).toBe(200);
    await deployment.mongo.end();
    expectUnavailable(await ask());
    await deployment.mongo.start();
    expect(await firstVerdict(ask)).toBe(200);

    await deployment.events.end('SIGKILL');
    expectUnavailable(await ask());
    await deployment.events.start();
    expect(await firstVerdict(ask)).toBe(200);
  });
});

function expectUnavailable({ status, body, headers }: OAuthAnswer): void {
  expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(body).not.toHaveProperty('active');
}

/** The status of the first answer that says whether the client is valid. */
async function firstVerdict(ask: () => Promise<OAuthAnswer>): Promise<number> {
  for (;;) {
    const { status } = await ask();
    if (status !== 503) return status;
    await delay(POLL_MS);
  }
}
