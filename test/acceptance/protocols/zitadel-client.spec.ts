import { ConnectError, type Transport } from '@connectrpc/connect';
import { createGrpcTransport, createGrpcWebTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { NewAuthorizationBearerInterceptor } from '@zitadel/client';
import { createManagementServiceClient } from '@zitadel/client/v1';
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

  it('finds the id of an error in its details', async () => {
    const client = createManagementServiceClient(transport());
    const refused = client.getAppByID({ projectId: appledger.development.project, appId: '1' });
    const error = ConnectError.from(await refused.catch((reason) => reason));
    expect(error.findDetails(ErrorDetailSchema)).toMatchObject([
      { id: 'QUERY-pCP8P', message: "Application doesn't exist" },
    ]);
  });
});
