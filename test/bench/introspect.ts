import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { PendingUses } from '#libs/registry/credentials/pending-uses.js';
import { type Appledger, appsPathOf, call, identity, newApp, startAppledger } from './appledger.js';
import { compare, type LoadFigures, type Target } from './load.js';
import { startProgram, withFolder } from './program.js';
import type { PartResult } from './report.js';
import { type Extent, figureOf, throughput } from './throughput.js';

const BASIC = 'Appledger, HTTP Basic';
const ASSERTION = 'Appledger, a cached assertion';
const BARE = 'bare Fastify, a form and a constant';
const PATH = '/oauth/v2/introspect';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const LIFETIME_SECONDS = 3_600;
const USES = 5_000_000;
const CREDENTIALS = 1_000;
const MAX_PENDING = 200_000;

/** Measures introspection by HTTP Basic and by an assertion, beside a bare server that reads the same form. */
export function benchIntrospect(extent: Extent): Promise<PartResult> {
  return withFolder(async (folder) => {
    const appledger = await startAppledger(folder);
    try {
      const { url } = appledger.program;
      const { project } = await identity(folder);
      const token = await tokenFor(folder, project);
      const byBasic = { headers: { ...FORM, ...(await basicOf(appledger, project)) }, body: form({ token }) };
      const signed = { client_assertion_type: JWT_BEARER, client_assertion: await assertionOf(appledger, project) };
      const byAssertion = { headers: FORM, body: form({ token, ...signed }) };
      const answer = await introspected(url, byBasic);
      if (answer !== (await introspected(url, byAssertion))) throw new Error('the two clients got different answers');
      const bare = await startProgram('test/bench/targets/bare-form.js', { BENCH_ANSWER: answer });
      try {
        const targets = [
          target(BASIC, url, byBasic),
          target(ASSERTION, url, byAssertion),
          target(BARE, bare.url, byBasic),
        ];
        const figures = await compare(targets, extent.rounds, extent.seconds);
        const basic = figureOf(figures, BASIC);
        return throughput('introspect', figures, [
          { what: 'of bare Fastify, HTTP Basic', value: ratio(figures, BASIC), atLeast: 0.5 },
          { what: 'of bare Fastify, a cached assertion', value: ratio(figures, ASSERTION), atLeast: 0.4 },
          { what: 'p99 in ms, HTTP Basic', value: basic.p99, below: 10 },
          {
            what: 'percent of it for the time of last use',
            value: costOfUse() * basic.requestsPerSecond * 100,
            below: 3,
          },
        ]);
      } finally {
        await bare.stop();
      }
    } finally {
      await appledger.program.stop();
    }
  });
}

/** A request, which is sent again and again. */
interface Introspection {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function target(name: string, url: string, { headers, body }: Introspection): Target {
  return { name, url, method: 'POST', headers, expect: 200, next: () => ({ path: PATH, body }) };
}

async function introspected(url: string, { headers, body }: Introspection): Promise<string> {
  const response = await fetch(`${url}${PATH}`, { method: 'POST', headers, body });
  const answer = await response.text();
  if (!answer.startsWith('{"active":true')) throw new Error(`introspection answered ${response.status}: ${answer}`);
  return answer;
}

async function basicOf({ program, token }: Appledger, project: string) {
  const { clientId, clientSecret } = await call(program, token, 'POST', `${appsPathOf(project)}/api`, newApp());
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
}

async function assertionOf({ program, token }: Appledger, project: string): Promise<string> {
  const apps = appsPathOf(project);
  const method = { authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT' };
  const { appId } = await call(program, token, 'POST', `${apps}/api`, { ...newApp(), ...method });
  const added = await call(program, token, 'POST', `${apps}/${appId}/keys`, { type: 'KEY_TYPE_JSON' });
  const { keyId, key, clientId } = JSON.parse(Buffer.from(added.keyDetails as string, 'base64').toString());
  return new SignJWT({ iss: clientId, sub: clientId, aud: program.url, exp: now() + LIFETIME_SECONDS })
    .setProtectedHeader({ alg: 'RS256', kid: keyId })
    .sign(createPrivateKey(key));
}

/** A token of the development issuer whose audience is the project. */
async function tokenFor(folder: string, project: string): Promise<string> {
  const { issuer, user, organization, privateKey } = JSON.parse(
    await readFile(join(folder, 'development-issuer.json'), 'utf8'),
  );
  return new SignJWT({
    iss: issuer,
    aud: [project],
    sub: user,
    iat: now(),
    exp: now() + LIFETIME_SECONDS,
    scope: 'openid profile',
    'urn:zitadel:iam:user:resourceowner:id': organization,
    'urn:zitadel:iam:org:project:roles': { ORG_OWNER: { [organization]: 'localhost' } },
  })
    .setProtectedHeader({ alg: 'ES256', kid: privateKey.kid })
    .sign(await importJWK(privateKey, 'ES256'));
}

/** How long it takes to note a use of a credential, in seconds. */
function costOfUse(): number {
  const uses = new PendingUses(MAX_PENDING);
  const ids = Array.from({ length: CREDENTIALS }, (_, index) => `${100_000_000_000_000_000 + index}`);
  const began = performance.now();
  for (let use = 0; use < USES; use += 1) {
    const id = ids[use % CREDENTIALS] as string;
    uses.note(id, id, use);
  }
  return (performance.now() - began) / 1_000 / USES;
}

function ratio(figures: ReadonlyMap<string, LoadFigures>, name: string): number {
  return figureOf(figures, name).requestsPerSecond / figureOf(figures, BARE).requestsPerSecond;
}

function form(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
