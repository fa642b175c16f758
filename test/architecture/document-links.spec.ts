import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

const LINK = /\]\(([^)\s]+)\)/g;
const HEADING = /^#+ (.+)$/gm;
const FENCED = /^```.*?^```$/gms;
const CODE_SPAN = /`([^`\s]+)`/g;
const REPOSITORY_PATH = /^(apps|deploy|docs|libs|proto|scripts|test)\/[\w./-]+$/;
const DECISION_PATH = /docs\/decisions\/[0-9][\w-]*(\.md)?/g;

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The files in a folder and its subfolders whose names match, as paths from the root. */
function filesIn(folder: string, name: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const documents = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...filesIn('docs', /\.md$/)];
const sources = ['apps', 'libs', 'test'].flatMap((folder) => filesIn(folder, /\.ts$/));
const texts = [...documents, ...sources];
/** Its recipes name files that the reader is to write. */
const withoutRecipes = documents.filter((document) => document !== 'CONTRIBUTING.md');

/** The anchors of a document, by GitHub's rule: lower case, punctuation removed, spaces as hyphens. */
function anchorsOf(document: string): readonly string[] {
  const headings = read(document).replaceAll(FENCED, '').matchAll(HEADING);
  return Array.from(headings, ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Whether a link of a document leads to a file of the repository, and to a heading of it where it names one. */
function leadsSomewhere(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : relative(root, resolve(root, dirname(document), path));
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

function brokenLinks(document: string): readonly string[] {
  const links = Array.from(read(document).replaceAll(FENCED, '').matchAll(LINK), ([, link = '']) => link);
  return links.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(document, link));
}

/** Files and folders that a document names in code spans and that do not exist: by path, or source files by name. */
function missingFiles(document: string): readonly string[] {
  const spans = Array.from(read(document).replaceAll(FENCED, '').matchAll(CODE_SPAN), ([, span = '']) => span);
  const isMissing = (span: string) =>
    REPOSITORY_PATH.test(span)
      ? !existsSync(join(root, span))
      : /^[\w/-][\w./-]*\.ts$/.test(span) && !sources.some((path) => path.endsWith(`/${span}`));
  return spans.filter(isMissing);
}

describe('the documents', () => {
  it.each(documents)('%s: every link leads to a file and a heading', (document) => {
    expect(brokenLinks(document)).toEqual([]);
  });

  it.each(withoutRecipes)('%s: every file that it names exists', (document) => {
    expect(missingFiles(document)).toEqual([]);
  });

  it('are where other files say that decision records are', () => {
    const named = texts.flatMap((path) =>
      Array.from(read(path).matchAll(DECISION_PATH), ([record]) => ({ path, record })),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ record }) => !existsSync(join(root, record)))).toEqual([]);
  });

  it('list every decision record', () => {
    const records = filesIn('docs/decisions', /^[0-9].*\.md$/).map((path) => path.slice('docs/decisions/'.length));
    const listed = Array.from(read('docs/decisions/README.md').matchAll(LINK), ([, link = '']) => link);
    expect(listed.filter((link) => /^[0-9]/.test(link)).sort()).toEqual([...records].sort());
  });

  it('begin every decision record with its number and a title', () => {
    const titles = filesIn('docs/decisions', /^[0-9].*\.md$/).map((path) => [path.split('/').at(-1), read(path)]);
    const wrong = titles.filter(([name = '', text = '']) => !text.startsWith(`# ${name.slice(0, 4)} `));
    expect(wrong.map(([name]) => name)).toEqual([]);
  });
});
