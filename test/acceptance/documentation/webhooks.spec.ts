import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { examplesOf } from '../../support/documented-examples.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const LISTEN = '.listen(3000);';

let receiver: ChildProcess | undefined;
afterEach(() => receiver?.kill());

it('docs/webhooks.md has a receiver in JavaScript that takes what is signed, and nothing else', async () => {
  const example = examplesOf('webhooks.md').find((code) => code.includes(LISTEN)) ?? '';
  const listening = ".listen(0, '127.0.0.1', function () { console.log(this.address().port); });";
  const code = example.replace(LISTEN, listening);
  const env = { ...process.env, SIGNING_SECRET };
  receiver = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT, env });
  const { stdout } = receiver;
  if (stdout === null) throw new Error('its output is not captured');
  const [port] = await once(stdout, 'data');
  const body = JSON.stringify({ type: 'project.added', subject: '1', data: { name: 'Größe' } });
  const now = new Date();
  const headers = {
    'webhook-id': 'e1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(SIGNING_SECRET).sign('e1', now, body),
  };
  const post = async (text: string, more: object = {}) => {
    const init = { method: 'POST', body: text, headers: { ...headers, ...more } };
    return (await fetch(`http://127.0.0.1:${String(port).trim()}/`, init)).status;
  };
  const printed = once(stdout, 'data');
  expect(await post(body)).toBe(204);
  expect(String((await printed)[0])).toContain("project.added 1 { name: 'Größe' }");
  expect(await post(`${body} `)).toBe(401);
  expect(await post(body, { 'webhook-id': 'e2' })).toBe(401);
  expect(await post(body, { 'webhook-timestamp': '1' })).toBe(401);
});
