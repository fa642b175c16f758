import { once } from 'node:events';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Client, credentials, status } from '@grpc/grpc-js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { fieldsOf, parts, textField } from '../../support/field-reader.js';
import { cleanUp } from '../../support/server.js';

const SERVING = 1;
const SERVICE_UNKNOWN = 3;
const MANAGEMENT = 'zitadel.management.v1.ManagementService';
const CHECK = '/grpc.health.v1.Health/Check';
const WATCH = '/grpc.health.v1.Health/Watch';

let appledger: Appledger;
let client: Client;
beforeAll(async () => {
  appledger = await startAppledger();
  await ready(appledger.call);
  client = new Client(new URL(appledger.server.url).host, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await cleanUp();
});

const same = (bytes: Buffer) => bytes;

/** Asks Health/Check for a service. @throws the client's ServiceError */
function check(service: string): Promise<number> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(CHECK, same, same, textField(1, service), (error, answer) => {
      if (error) reject(error);
      else resolve(fieldsOf(answer ?? Buffer.alloc(0)).get(1)?.[0] as number);
    });
  });
}

describe('grpc.health.v1', () => {
  it.each(['', MANAGEMENT, 'zitadel.admin.v1.AdminService'])('reports %j as serving', async (service) => {
    expect(await check(service)).toBe(SERVING);
  });

  it('reports other services as unknown', async () => {
    await expect(check('nobody')).rejects.toMatchObject({ code: status.NOT_FOUND });
    const watch = client.makeServerStreamRequest(WATCH, same, same, textField(1, 'nobody'));
    watch.on('error', () => {}); // it is cancelled below
    const [answer] = await once(watch, 'data');
    expect(fieldsOf(answer).get(1)).toEqual([SERVICE_UNKNOWN]);
    watch.cancel();
  });

  it('lets a client watch, until the server stops', async () => {
    const other = await startAppledger();
    await ready(other.call);
    const watcher = new Client(new URL(other.server.url).host, credentials.createInsecure());
    const watch = watcher.makeServerStreamRequest(WATCH, same, same, textField(1, ''));
    const ended = once(watch, 'end').catch((error) => error);
    const [answer] = await once(watch, 'data');
    expect(fieldsOf(answer).get(1)).toEqual([SERVING]);
    const stopped = other.server.stop();
    watch.resume();
    expect(await ended).toMatchObject({ code: status.UNAVAILABLE });
    watcher.close();
    expect(await stopped).toEqual({ code: 0, signal: null });
  });
});

describe.each(['v1', 'v1alpha'])('server reflection %s', (version) => {
  /** Sends the requests one after the other on one stream. */
  async function ask(...questions: Buffer[]): Promise<Buffer[]> {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const stream = client.makeBidiStreamRequest(path, same, same);
    const answers: Buffer[] = [];
    stream.on('data', (answer: Buffer) => answers.push(answer));
    for (const question of questions) stream.write(question);
    stream.end();
    await once(stream, 'end');
    return answers;
  }

  it('lists the services', async () => {
    const [answer] = await ask(textField(7, ''));
    const [list] = parts(fieldsOf(answer ?? Buffer.alloc(0)), 6);
    const services = parts(fieldsOf(list ?? Buffer.alloc(0)), 1).map((service) => `${parts(fieldsOf(service), 1)[0]}`);
    expect(services).toEqual([
      'appledger.v1.CredentialService',
      'appledger.v1.EventService',
      'appledger.v1.HistoryService',
      'appledger.v1.KeyService',
      'appledger.v1.SecretService',
      'appledger.v1.WebhookDeliveryService',
      'appledger.v1.WebhookService',
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'zitadel.admin.v1.AdminService',
      MANAGEMENT,
    ]);
  });

  it('describes a service, a call, a message and a file, each with its imports', async () => {
    const questions = [
      textField(4, MANAGEMENT),
      textField(4, `${MANAGEMENT}.AddAPIApp`),
      textField(4, 'zitadel.management.v1.AddAPIAppRequest'),
      textField(3, 'zitadel/management.proto'),
    ];
    const answers = await ask(...questions);
    expect(answers).toHaveLength(questions.length);
    for (const answer of answers) {
      const [found] = parts(fieldsOf(answer), 4);
      const files = parts(fieldsOf(found ?? Buffer.alloc(0)), 1).map((bytes) =>
        fromBinary(FileDescriptorProtoSchema, bytes),
      );
      const names = new Set(files.map(({ name }) => name));
      expect(names).toContain('zitadel/management.proto');
      for (const { dependency } of files) for (const name of dependency) expect(names).toContain(name);
    }
  });

  it('answers an error for an unknown name', async () => {
    const [answer] = await ask(textField(4, 'nowhere.Nothing'));
    const [error] = parts(fieldsOf(answer ?? Buffer.alloc(0)), 7);
    expect(fieldsOf(error ?? Buffer.alloc(0)).get(1)).toEqual([status.NOT_FOUND]);
  });
});
