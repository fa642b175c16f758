import { ConnectError, type Transport } from '@connectrpc/connect';
import { createGrpcTransport, createGrpcWebTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { NewAuthorizationBearerInterceptor } from '@zitadel/client';
import { createManagementServiceClient } from '@zitadel/client/v1';
import { APIAuthMethodType, AppState } from '@zitadel/proto/zitadel/app_pb.js';
import { KeyType } from '@zitadel/proto/zitadel/auth_n_key_pb.js';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let token: string;
let sessionManager: Http2SessionManager;
beforeAll(async () => {
  appledger = await startAppledger();
  sessionManager = new Http2SessionManager(appledger.server.url);
  const { development } = appledger;
  token = await tokenWith(development, { IAM_OWNER: [development.organization] });
});
afterAll(async () => {
  sessionManager.abort();
  await cleanUp();
});

const transports: readonly [string, () => Transport][] = [
  ['gRPC', () => createGrpcTransport({ ...common(), sessionManager })],
  ['gRPC-web over HTTP/1.1', () => createGrpcWebTransport({ ...common(), httpVersion: '1.1' })],
  ['gRPC-web over HTTP/2', () => createGrpcWebTransport({ ...common(), httpVersion: '2', sessionManager })],
];

function common() {
  return { baseUrl: appledger.server.url, interceptors: [NewAuthorizationBearerInterceptor(token)] };
}

describe.each(transports)("ZITADEL's own client over %s", (protocol, transport) => {
  it('registers an API client and reads it', async () => {
    const client = createManagementServiceClient(transport());
    const projectId = appledger.development.project;
    const created = await client.addAPIApp({ projectId, name: `app over ${protocol}` });
    expect(created).toMatchObject({ clientId: expect.any(String), clientSecret: expect.any(String) });
    const { app } = await client.getAppByID({ projectId, appId: created.appId });
    expect(app).toMatchObject({ id: created.appId, name: `app over ${protocol}`, details: { sequence: 2n } });
    expect(app?.details?.creationDate).toEqual(created.details?.creationDate);
  });

  it('manages an API client through its whole life cycle', async () => {
    const client = createManagementServiceClient(transport());
    const { id: projectId } = await client.addProject({ name: `project over ${protocol}` });
    const { appId, clientSecret } = await client.addAPIApp({ projectId, name: 'First name' });
    const place = { projectId, appId };

    await client.updateApp({ ...place, name: 'Second name' });
    const regenerated = await client.regenerateAPIClientSecret(place);
    expect(regenerated.clientSecret).not.toBe(clientSecret);
    const authMethodType = APIAuthMethodType.API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT;
    await client.updateAPIAppConfig({ ...place, authMethodType });
    const key = await client.addAppKey({ ...place, type: KeyType.JSON });
    expect(JSON.parse(Buffer.from(key.keyDetails).toString())).toMatchObject({ keyId: key.id, appId });
    expect((await client.listAppKeys(place)).result.map(({ id }) => id)).toEqual([key.id]);
    await client.removeAppKey({ ...place, keyId: key.id });
    await client.deactivateApp(place);
    expect((await client.getAppByID(place)).app?.state).toBe(AppState.INACTIVE);
    await client.reactivateApp(place);

    const { app } = await client.getAppByID(place);
    expect(app).toMatchObject({ name: 'Second name', state: AppState.ACTIVE, config: { value: { authMethodType } } });
    expect((await client.listApps({ projectId })).result.map(({ id }) => id)).toEqual([appId]);
    const { result } = await client.listAppChanges({ ...place, query: { asc: true } });
    expect(result.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);

    await client.removeApp(place);
    await expect(client.getAppByID(place)).rejects.toThrow('QUERY-pCP8P');
    await client.removeProject({ id: projectId });
    await expect(client.getProjectByID({ id: projectId })).rejects.toThrow('COMMAND-3M9sd');
  });

  it('finds the id of an error in its details', async () => {
    const client = createManagementServiceClient(transport());
    const refused = client.getAppByID({ projectId: appledger.development.project, appId: '1' });
    const error = ConnectError.from(await refused.catch((reason) => reason));
    expect(error.findDetails(ErrorDetailSchema)).toMatchObject([
      { id: 'QUERY-pCP8P', message: "Application doesn't exist" },
    ]);
  });
});
