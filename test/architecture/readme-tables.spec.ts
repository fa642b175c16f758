import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

const PROTOS = 'proto/appledger/v1';

/** The text of a section of the README, up to the next heading of its level. */
function section(title: string): string {
  const [, text = ''] = read('README.md').split(`\n## ${title}\n`);
  return text.split('\n## ')[0] ?? '';
}

/** The first cells of the rows of all tables in a text, without the heads. */
function firstCells(text: string): readonly string[] {
  const rows = [...text.matchAll(/^\| (.+?) \|/gm)].map(([, cell = '']) => cell);
  return rows.filter((cell) => !['variable', 'service'].includes(cell));
}

describe('the tables of the README', () => {
  it('name variables that the server reads', () => {
    const known = new Set([...read('docs/configuration.md').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name));
    const cells = firstCells(section('Configuration'));
    // The variables of OpenTelemetry are read by its own library.
    const names = cells.flatMap((cell) => cell.split(', ')).filter((name) => !name.startsWith('`OTEL_'));
    const wrong = names.filter((name) => {
      const [, variable = '', isPrefix] = /^`([A-Z0-9_]+?)(_…)?`$/.exec(name) ?? [];
      if (isPrefix === undefined) return !known.has(variable);
      return ![...known].some((each) => each?.startsWith(`${variable}_`));
    });
    expect(cells.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('list every service of appledger.v1', () => {
    const listed = firstCells(section('API')).filter((cell) => cell.includes('appledger.v1.'));
    const services = readdirSync(join(root, PROTOS)).flatMap((file) =>
      [...read(PROTOS, file).matchAll(/^service (\w+) /gm)].map(([, name]) => `\`appledger.v1.${name}\``),
    );
    expect(listed.toSorted()).toEqual(services.toSorted());
  });
});
