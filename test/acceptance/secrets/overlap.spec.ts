import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { SecretService } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import { call } from '../../support/api.js';
import { cleanUp, startServer } from '../../support/server.js';
import type { Speaker } from '../../support/speakers.js';
import { type Speaking, startSpeaking } from '../../support/speaking.js';
import { until } from '../../support/until.js';

const { regenerateAPIClientSecret } = ManagementService.method;
const { listSecrets } = SecretService.method;
const OVERLAP = 'x-appledger-overlap';
const DAY_MS = 86_400_000;

let speaking: Speaking;
beforeAll(async () => {
  speaking = await startSpeaking();
});
afterAll(async () => {
  speaking.close();
  await cleanUp();
});

/** A secret in a list. */
interface Listed {
  readonly state: string;
  readonly hint: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

const created = async (name: string) => (await speaking.appledger.createApp({ name })).body.appId as string;
const regenerate = (speaker: Speaker, appId: string, overlap: string) =>
  speaker.call(
    regenerateAPIClientSecret,
    { projectId: speaking.appledger.development.project, appId },
    { ...speaking.headers, [OVERLAP]: overlap },
  );

async function secretsOf(speaker: Speaker, applicationId: string): Promise<readonly Listed[]> {
  const outcome = await speaker.call(listSecrets, { applicationId }, speaking.headers);
  return (outcome as { readonly answer: { readonly result: readonly Listed[] } }).answer.result;
}

describe('the header x-appledger-overlap', () => {
  it('lets the former secret live on, on every protocol', async () => {
    for (const speaker of speaking.speakers) {
      const appId = await created(`by ${speaker.protocol}`);
      const outcome = await regenerate(speaker, appId, '24h');
      expect([speaker.protocol, outcome]).toEqual([speaker.protocol, { answer: expect.any(Object) }]);
      const [former, next] = await secretsOf(speaker, appId);
      expect([former?.state, next?.state, next?.expiresAt]).toEqual([
        'SECRET_STATE_REPLACED',
        'SECRET_STATE_ACTIVE',
        undefined,
      ]);
      const overlap = Date.parse(former?.expiresAt ?? '') - Date.parse(next?.createdAt ?? '');
      expect(Math.abs(overlap - DAY_MS)).toBeLessThan(DAY_MS / 2);
    }
  });

  it('is refused by its name on every protocol when it is no such duration, and nothing is regenerated', async () => {
    const appId = await created('Refuses');
    for (const speaker of speaking.speakers) {
      for (const overlap of ['24', '91d', '7776001s', '-1h', '1.5h', 'forever', '24h, 24h', '99999999999d']) {
        const outcome = await regenerate(speaker, appId, overlap);
        expect([speaker.protocol, overlap, outcome]).toEqual([
          speaker.protocol,
          overlap,
          { code: 3, message: expect.stringContaining(OVERLAP), id: undefined },
        ]);
      }
    }
    expect((await speaking.appledger.getApp(appId)).body.app.details.sequence).toBe('2');
  });

  it.each(['0', '0s', '0d', ''])('%j ends the former secret at once', async (overlap) => {
    const [speaker] = speaking.speakers as [Speaker];
    const appId = await created(`Ends at ${JSON.stringify(overlap)}`);
    await regenerate(speaker, appId, overlap);
    expect(await secretsOf(speaker, appId)).toMatchObject([{ state: 'SECRET_STATE_ACTIVE' }]);
  });

  it('takes up to 90 days, and does not lengthen the life of a secret that ends earlier', async () => {
    const [speaker] = speaking.speakers as [Speaker];
    const appId = await created('Rotates');
    await regenerate(speaker, appId, '1d');
    await regenerate(speaker, appId, '90d');
    const [first, second, third] = await secretsOf(speaker, appId);
    const day = (text = '') => Math.round((Date.parse(text) - Date.now()) / DAY_MS);
    expect([day(first?.expiresAt), day(second?.expiresAt), third?.expiresAt]).toEqual([1, 90, undefined]);
  });

  it('shows a former secret as expired after its end', async () => {
    const [speaker] = speaking.speakers as [Speaker];
    const appId = await created('Expires');
    await regenerate(speaker, appId, '1s');
    let states: readonly string[] = [];
    await until(async () => {
      states = (await secretsOf(speaker, appId)).map(({ state }) => state);
      return states[0] === 'SECRET_STATE_EXPIRED';
    });
    expect(states).toEqual(['SECRET_STATE_EXPIRED', 'SECRET_STATE_ACTIVE']);
  });

  it('may be sent by pages of other origins', async () => {
    const server = await startServer({ env: { APPLEDGER_CORS_ORIGINS: 'https://console.example' } });
    const { headers } = await call(
      server.url,
      'OPTIONS /management/v1/projects/1/apps/1/api_config/_generate_client_secret',
      {
        headers: {
          origin: 'https://console.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': `authorization, ${OVERLAP}`,
        },
      },
    );
    expect(headers.get('access-control-allow-headers')?.split(/,\s*/)).toContain(OVERLAP);
  });
});
