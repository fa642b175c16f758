import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { OtlpReceiver, type ReceivedSpan } from '../../support/otlp-receiver.js';
import { cleanUp } from '../../support/server.js';
import { speakersOf } from '../../support/speakers.js';

const SERVER = 2;
const ERROR = 2;

let receiver: OtlpReceiver;
let appledger: Appledger;
beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  appledger = await startAppledger({ env: { ...receiver.env, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' } });
});
afterAll(async () => {
  await cleanUp();
  receiver.stop();
});

let traces = 0;

/** A trace context that no other test has, and its ids. */
function newTrace() {
  traces += 1;
  const traceId = `${traces}`.padStart(32, 'a');
  const spanId = 'b7ad6b7169203331';
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-01` } };
}

function child(of: ReceivedSpan, name: string): Promise<ReceivedSpan> {
  return receiver.span((span) => span.parentSpanId === of.spanId && span.name === name);
}

describe('traces', () => {
  it('contain the request, the command and the append, and the projections link to the request', async () => {
    const { traceId, spanId, headers } = newTrace();
    const body = { name: 'traced' };
    expect((await appledger.call(appledger.appsPath('POST'), { body, headers })).status).toBe(200);
    const request = await receiver.span((span) => span.traceId === traceId && span.kind === SERVER);
    expect(request).toMatchObject({ name: 'ManagementService/AddAPIApp', parentSpanId: spanId });
    const command = await child(request, 'CreateApiAppCommand');
    const append = await child(command, 'append');
    expect([command.traceId, append.traceId]).toEqual([traceId, traceId]);
    for (const projection of ['applications', 'clients']) {
      const projected = await receiver.span(
        (span) =>
          span.name === `project ${projection}` && span.links?.some((link) => link.traceId === traceId) === true,
      );
      expect(projected.links).toMatchObject([{ traceId, spanId: request.spanId }]);
      expect(projected.traceId).not.toBe(traceId);
      expect(projected.parentSpanId ?? '').toBe('');
    }
  });

  it('contain the queries of every protocol', async () => {
    const { development, server } = appledger;
    const token = await tokenWith(development, { IAM_OWNER: [development.organization] });
    const { speakers, close } = speakersOf(server.url);
    try {
      for (const { protocol, call } of speakers) {
        const { traceId, headers } = newTrace();
        const sent = { authorization: `Bearer ${token}`, ...headers };
        await call(ManagementService.method.getProjectByID, { id: development.project }, sent);
        const request = await receiver.span((span) => span.traceId === traceId && span.kind === SERVER);
        expect([protocol, request.name]).toEqual([protocol, 'ManagementService/GetProjectByID']);
        await child(request, 'GetProjectByIdQuery');
      }
    } finally {
      close();
    }
  });

  it('record failures', async () => {
    const { traceId, headers } = newTrace();
    expect((await appledger.call('GET /management/v1/projects/1', { headers })).status).toBe(404);
    const request = await receiver.span((span) => span.traceId === traceId && span.kind === SERVER);
    expect(request.status.code).toBe(ERROR);
  });

  it('are sent as protobuf unless another format is configured, the last ones at the end', async () => {
    const other = await OtlpReceiver.start();
    try {
      const { server, createApp } = await startAppledger({ env: { ...other.env, OTEL_BSP_SCHEDULE_DELAY: '60000' } });
      await createApp({ name: 'a' });
      await server.stop();
      expect(other.requests).toContainEqual(['/v1/traces', 'application/x-protobuf']);
    } finally {
      other.stop();
    }
  });

  it('delay no request while their collector is away', async () => {
    const { server, createApp } = await startAppledger({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_BSP_SCHEDULE_DELAY: '50' },
    });
    expect((await createApp({ name: 'a' })).status).toBe(200);
    await server.outputWith(/traces cannot be sent/);
    expect((await server.stop()).code).toBe(0);
  });
});
