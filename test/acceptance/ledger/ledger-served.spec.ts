import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNote } from '#libs/engine/ledger/tree/ledger-folder.js';
import { leafHash } from '#libs/engine/transparency/merkle/hashes.js';
import { consistencyProof, rootOf } from '#libs/engine/transparency/merkle/tree-hashes.js';
import { cosignatureLine } from '#libs/engine/transparency/notes/cosignature.js';
import { cosignerOf } from '#libs/engine/transparency/notes/note-key.js';
import { noteOf, openNote } from '#libs/engine/transparency/notes/signed-note.js';
import { nodesOf } from '#libs/engine/transparency/tiles/tree-builder.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { appledger as cli } from '../../support/cli.js';
import { ledgerAuditor } from '../../support/ledger-auditor.js';
import { leavesOf, ServedLedger } from '../../support/served-ledger.js';
import { cleanUp, onGateway, startServer } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';

const witness = cosignerOf('witness.example/one', Buffer.alloc(32, 7));
let appledger: Appledger;
let ledger: ServedLedger;
let owner: string;
let reader: string;

beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_LEDGER_WITNESSES: witness.verifier.text } });
  ledger = await ServedLedger.of(appledger);
  const { development } = appledger;
  owner = await tokenWith(development, { ORG_OWNER: [development.organization] });
  reader = await tokenWith(development, { IAM_OWNER_VIEWER: [development.organization] });
});
afterAll(cleanUp);

/** A request whose answer is no JSON. */
async function get(path: string, token = reader) {
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${appledger.server.url}${path}`, { headers });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** The stores and the ledger of the server, for the command line. */
const env = async () => ({
  APPLEDGER_DATA_DIR: appledger.server.dataDir,
  ...(onGateway && { APPLEDGER_EVENTSTORE_URL: await appledger.server.eventsUrl() }),
});

it('covers every event within a second, by a checkpoint whose tiles and entries lead to its root', async () => {
  const { body } = await appledger.createApp({ name: 'in the ledger' });
  const { note, size } = await ledger.coveringCreationOf(body.appId);
  const tile = (await get(`/ledger/tile/0/000.p/${size}`)).bytes;
  const bundle = await get(`/ledger/tile/entries/000.p/${size}`);
  const entries = leavesOf(bundle.bytes);
  expect(bundle.headers.get('cache-control')).toBe('private, no-cache');
  expect(entries).toHaveLength(size);
  expect(Buffer.concat(entries.map((entry) => leafHash(entry)))).toEqual(tile);
  expect(
    Buffer.from(
      rootOf(
        size,
        nodesOf((_, first, count) => entries.slice(first, first + count).map(leafHash)),
      ),
    ),
  ).toEqual(parseNote(note)?.root);
  expect(entries.some((entry) => JSON.parse(entry).stream === `application-${body.appId}`)).toBe(true);
});

it('is served to roles that may read all events', async () => {
  const { size } = await ledger.covering(1);
  for (const path of ['/ledger/checkpoint', '/ledger/tile/0/000.p/1', `/ledger/tile/entries/000.p/${size}`]) {
    expect([path, (await get(path, '')).status]).toEqual([path, 401]);
    expect([path, (await get(path, owner)).status]).toEqual([path, 403]);
    expect([path, (await get(path)).status]).toEqual([path, 200]);
  }
});

it('is not sent again while a cache has it, and its headers alone are answered to HEAD', async () => {
  const headers = { authorization: `Bearer ${reader}` };
  const { size } = await ledger.covering(1);
  for (const path of ['checkpoint', `tile/0/000.p/${size}`, `tile/entries/000.p/${size}`]) {
    const url = `${appledger.server.url}/ledger/${path}`;
    const whole = await fetch(url, { headers });
    const etag = whole.headers.get('etag') ?? '';
    expect([path, whole.headers.get('cache-control')]).toEqual([path, expect.stringContaining('no-cache')]);
    const again = await fetch(url, { headers: { ...headers, 'if-none-match': etag } });
    expect([path, again.status, await again.text(), again.headers.get('etag')]).toEqual([path, 304, '', etag]);
    const head = await fetch(url, { method: 'HEAD', headers });
    expect([path, head.status, await head.text(), head.headers.get('etag')]).toEqual([path, 200, '', etag]);
    expect(whole.headers.get('access-control-allow-origin')).toBeNull();
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(401);
  }
});

it.each([
  ['0/000'],
  ['0/000.p/255'],
  ['0/001.p/1'],
  ['1/000.p/1'],
  ['0/000.p/0'],
  ['0/000.p/256'],
  ['0/000.p/01'],
  ['0/000.p/'],
  ['00/000'],
  ['5/000'],
  ['63/000'],
  ['64/000'],
  ['0/0'],
  ['0/0000'],
  ['0/x000/000'],
  ['0/x001/000'],
  ['0/001/000'],
  ['0/x009/x007/x199/x254/x740/993'],
  ['0/-01'],
  ['entries/000'],
  ['entries/x001/000.p/1'],
  ['x'],
  [''],
  ['../checkpoint'],
])('there is no tile %s', async (path) => {
  await ledger.covering(1);
  const answer = await get(`/ledger/tile/${path}`);
  if (path.includes('..')) expect(answer.status).not.toBe(500);
  else expect([answer.status, answer.bytes.toString()]).toEqual([404, expect.stringContaining('LEDGER-d9Xq4')]);
});

it('keeps the cosignature of a known witness with its checkpoint', async () => {
  expect((await get('/ledger/checkpoint/witnessed')).bytes.toString()).toContain('LEDGER-x2Hs6');
  const { note } = await ledger.covering(1);
  const text = openNote(note)?.text ?? '';
  const own = note.trimEnd().split('\n').at(-1) ?? '';
  const send = (lines: readonly string[]) =>
    fetch(`${appledger.server.url}/ledger/cosignatures`, { method: 'POST', body: noteOf(text, lines) });
  const line = cosignatureLine(text, 1_700_000_000, witness);
  const stranger = cosignatureLine(text, 1, cosignerOf('witness.example/one', Buffer.alloc(32, 8)));
  const [, , signature = ''] = line.split(' ');
  const malformed = [`— ${witness.verifier.name} ${signature.slice(4)}`, line.replace(signature, `${signature}=`), 'x'];
  const wrong = cosignatureLine(text.replace(/\n\d+\n/, '\n1\n'), 1_700_000_000, witness);
  const forged = own.replace(/.{8}$/, 'AAAAAAA=');
  for (const lines of [
    ...[[line], [own], [own, stranger], [own, wrong], [forged, line], []],
    ...malformed.map((each) => [own, each]),
  ]) {
    const refused = await send(lines);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('LEDGER-b8Fy3')]);
  }
  const newer = cosignatureLine(text, 1_700_000_060, witness);
  expect((await send([own, newer, stranger])).status).toBe(200);
  expect(await (await send([own, line])).text()).toBe(noteOf(text, [own, newer]));
  expect(await (await send([own, newer, newer])).text()).toBe(noteOf(text, [own, newer]));
  const { body } = await appledger.createApp({ name: 'after the witness' });
  await ledger.coveringCreationOf(body.appId);
  expect((await get('/ledger/checkpoint/witnessed')).bytes.toString()).toBe(noteOf(text, [own, newer]));
});

describe('on the command line, while the server runs', () => {
  it('verify compares the log with the ledger, and with a checkpoint that somebody has kept', async () => {
    const file = join(tempFolder(), 'kept');
    const { note } = await ledger.covering(1);
    writeFileSync(file, note);
    const { code, stdout } = await cli(['ledger', 'verify', '--against', file], await env());
    expect([code, stdout]).toEqual([0, expect.stringContaining(`the log is that of ${file}`)]);
    const root = parseNote(note)?.root.toString('base64') ?? '';
    const changed = note.replace(root, Buffer.alloc(32).toString('base64'));
    writeFileSync(file, changed);
    const forged = await cli(['ledger', 'verify', '--against', file], await env());
    expect([forged.code, forged.stderr]).toEqual([
      2,
      expect.stringContaining(`${file} was never signed by this ledger`),
    ]);
    writeFileSync(file, changed.replace(/^— \S+/m, '— another.example/log'));
    const other = await cli(['ledger', 'verify', '--against', file], await env());
    expect([other.code, other.stdout]).toEqual([1, expect.stringContaining(`the log is NOT that of ${file}`)]);
  });

  it('evidence of an application is proven by its key alone, and not when a letter of it is changed', async () => {
    const { body } = await appledger.createApp({ name: 'evident' });
    await ledger.coveringCreationOf(body.appId);
    const out = join(tempFolder(), 'evidence.json');
    const key = (await cli(['ledger', 'key'], await env())).stdout.trim();
    expect((await cli(['ledger', 'evidence', body.appId, '--out', out], await env())).code).toBe(0);
    const { code, stdout } = await cli(['ledger', 'check', out, '--key', key, '--json'], {});
    expect([code, JSON.parse(stdout).events.map(({ type }: { type: string }) => type)]).toEqual([
      0,
      ['ApplicationAdded', 'ApiConfigAdded'],
    ]);
    const changed = join(tempFolder(), 'changed.json');
    writeFileSync(changed, readFileSync(out, 'utf8').replace('evident', 'Evident'));
    expect((await cli(['ledger', 'check', changed, '--key', key], {})).code).toBe(1);
    expect((await cli(['ledger', 'check', out, '--key', witness.verifier.text], {})).code).toBe(2);
    expect((await cli(['ledger', 'evidence', '1', '--out', changed], await env())).code).toBe(2);
  });

  const auditor = ledgerAuditor();
  const withGo = 'missing' in auditor ? it.skip : it;
  const why = 'missing' in auditor ? ` (skipped: ${auditor.missing})` : '';
  withGo(`libraries of others verify checkpoint, inclusion and consistency${why}`, async () => {
    if ('missing' in auditor) return;
    const older = await ledger.covering(1);
    const { body } = await appledger.createApp({ name: 'audited' });
    const newer = await ledger.coveringCreationOf(body.appId);
    const out = join(tempFolder(), 'evidence.json');
    await cli(['ledger', 'evidence', body.appId, '--out', out], await env());
    const { key, checkpoint, events } = JSON.parse(readFileSync(out, 'utf8'));
    const node = nodesOf(hashesIn(join(appledger.server.dataDir, 'ledger/tree')));
    const consistency = consistencyProof(older.size, newer.size, node).map((hash) =>
      Buffer.from(hash).toString('base64'),
    );
    const inclusion = { key, checkpoint, entries: events };
    expect(auditor.audit(inclusion)).toBe('verified');
    expect(auditor.audit({ key, checkpoint: newer.note, entries: [], older: older.note, consistency })).toBe(
      'verified',
    );
    expect(auditor.audit({ key, checkpoint: newer.note, entries: [], older: newer.note, consistency })).not.toBe(
      'verified',
    );
    const [first] = events;
    expect(auditor.audit({ ...inclusion, entries: [{ ...first, leaf: `${first.leaf} ` }] })).not.toBe('verified');
  });
});

it.each([
  ['it is turned off', { APPLEDGER_LEDGER: 'off' }, 404, 'LEDGER-k3Wv8'],
  ['no event could be read yet', { APPLEDGER_EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' }, 503, 'LEDGER-p6Tn2'],
])('is not there while %s, which every path of it answers', async (_, env, status, id) => {
  const server = await startServer({ env: { APPLEDGER_LEDGER_PUBLIC: 'true', ...env } });
  for (const [method, path] of [
    ['GET', 'checkpoint'],
    ['GET', 'checkpoint/witnessed'],
    ['GET', 'tile/0/000'],
    ['POST', 'cosignatures'],
  ]) {
    const answer = await fetch(`${server.url}/ledger/${path}`, { method });
    const retryAfter = answer.headers.get('retry-after');
    expect([path, answer.status, await answer.text()]).toEqual([path, status, expect.stringContaining(id)]);
    expect([path, retryAfter]).toEqual([path, status === 503 ? '2' : null]);
    const pages = method === 'GET' ? '*' : null; // may read why it is not there
    expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([path, pages]);
  }
  await server.stop();
});
