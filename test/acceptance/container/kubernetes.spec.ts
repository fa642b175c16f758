import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfiguration, unknownVariables } from '#libs/engine/runtime/configuration.js';
import { type KubernetesObject, readKustomization, readObjects } from '../../support/kubernetes-manifests.js';
import { schemaFaults } from '../../support/kubernetes-schemas.js';
import { cleanUp, startServer } from '../../support/server.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'deploy/kubernetes');
const DEBUG_URL = /"url":"(http:\/\/[^"]+)"[^\n]*serving health and metrics/;

const objects = readObjects(FOLDER);
const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
const deployments = ofKind('Deployment');
const podOf = ({ spec }: KubernetesObject) => spec.template.spec;
const containerOf = (deployment: KubernetesObject) => podOf(deployment).containers[0];
const settings: Readonly<Record<string, string>> = ofKind('ConfigMap')[0]?.data ?? {};

afterAll(cleanUp);

describe('the example for Kubernetes', () => {
  it.each(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
    'has objects that the schemas take: %s',
    (_, object) => expect(schemaFaults(object)).toEqual([]),
  );

  it('is validated by schemas that reject faulty objects', () => {
    const [first] = structuredClone(deployments) as [KubernetesObject];
    containerOf(first).imagePullPolice = 'Always';
    first.spec.replicas = 'two';
    delete podOf(first).containers[0].name;
    expect(schemaFaults(first)).toEqual([
      '/spec/replicas breaks the rule of type',
      '/spec/template/spec/containers/0 breaks the rule of required',
      '/spec/template/spec/containers/0/imagePullPolice is no field that the schema knows',
    ]);
  });

  it('runs two apis and two projectors, on different nodes and with disruption budgets', () => {
    expect(deployments.map(({ metadata, spec }) => [metadata.name, spec.replicas])).toEqual([
      ['appledger-api', 2],
      ['appledger-projector', 2],
    ]);
    for (const { metadata, spec } of deployments) {
      const { labels } = spec.template.metadata;
      const budget = ofKind('PodDisruptionBudget').find((one) => one.metadata.name === metadata.name);
      const [spread] = spec.template.spec.topologySpreadConstraints;
      const selectors = [
        spec.selector.matchLabels,
        budget?.spec.selector.matchLabels,
        spread.labelSelector.matchLabels,
      ];
      for (const selector of selectors) expect(selector).toEqual(labels);
      expect(budget?.spec.minAvailable).toBe(1);
    }
    const [service] = ofKind('Service');
    expect(service?.spec.selector).toEqual(deployments[0]?.spec.template.metadata.labels);
  });

  it('gives its processes no unnecessary rights, and sets their resource requests', () => {
    for (const deployment of deployments) {
      const { securityContext, automountServiceAccountToken } = podOf(deployment);
      expect(automountServiceAccountToken).toBe(false);
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      const container = containerOf(deployment);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.requests).toEqual({ cpu: expect.any(String), memory: expect.any(String) });
    }
  });

  it('starts programs that exist in the image, with known variables', () => {
    for (const deployment of deployments) {
      const { command, env = [] } = containerOf(deployment);
      if (command !== undefined) expect(existsSync(join(ROOT, command[1]))).toBe(true);
      const own = Object.fromEntries(env.map(({ name, value }: Record<string, string>) => [name, value]));
      expect(unknownVariables({ ...settings, ...own })).toEqual([]);
      const { APPLEDGER_EVENTSTORE_URL_FILE: _, APPLEDGER_MONGODB_URL_FILE: __, ...others } = settings;
      const stores = {
        APPLEDGER_EVENTSTORE_URL: secretOf('eventstore-url'),
        APPLEDGER_MONGODB_URL: secretOf('mongodb-url'),
      };
      readConfiguration({ ...others, ...own, ...stores });
    }
  });

  it('reads its secrets from mounted files, and has none in an environment', () => {
    for (const deployment of deployments) {
      const [mount] = containerOf(deployment).volumeMounts;
      const [volume] = podOf(deployment).volumes;
      const [generator] = readKustomization(FOLDER).secretGenerator;
      expect([mount.name, mount.readOnly, volume.secret.secretName]).toEqual([volume.name, true, generator?.name]);
      const files = generator?.files.map((file) => `${mount.mountPath}/${file.split('=')[0]}`);
      expect([settings.APPLEDGER_EVENTSTORE_URL_FILE, settings.APPLEDGER_MONGODB_URL_FILE]).toEqual(files);
    }
  });

  it('probes paths that a server serves on its debug port', async () => {
    const server = await startServer({ env: { APPLEDGER_DEBUG_PORT: '0' } });
    const url = DEBUG_URL.exec(await server.outputWith(DEBUG_URL))?.[1] ?? '';
    for (const deployment of deployments) {
      const { ports, ...container } = containerOf(deployment);
      const debugPort = ports.find(({ name }: { name: string }) => name === 'debug').containerPort;
      expect(String(debugPort)).toBe(settings.APPLEDGER_DEBUG_PORT);
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        const { path, port } = container[probe].httpGet;
        expect([port, (await fetch(url + path)).status]).not.toEqual(['debug', 404]);
      }
    }
  });

  const hasKustomize = spawnSync('kustomize', ['version']).status === 0;
  (hasKustomize ? it : it.skip)(`is built by kustomize${hasKustomize ? '' : ' (needs kustomize)'}`, () => {
    const { status, stdout, stderr } = spawnSync('kustomize', ['build', FOLDER]);
    expect([status, stderr.toString()]).toEqual([0, '']);
    expect(stdout.toString().match(/^kind: /gm)).toHaveLength(objects.length + 1); // and the secret
  });
});

function secretOf(name: string): string {
  return readFileSync(join(FOLDER, 'secrets.example', name), 'utf8').trim();
}
