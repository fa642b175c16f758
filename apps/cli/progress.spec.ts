import { progressOn } from './progress.js';

function terminal(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  const write = (text: unknown) => written.push(String(text)) > 0;
  return { written, progress: progressOn({ isTTY, columns, write }) };
}

it('overwrites one line on a terminal, no wider than the terminal, and removes it', () => {
  const { written, progress } = terminal(true);
  progress.tell('1 of 2 events');
  progress.tell('2 of 2 events, and a long rest of the line');
  progress.end();
  progress.end();
  expect(written).toEqual(['\r\x1b[K1 of 2 events', '\r\x1b[K2 of 2 events, and ', '\r\x1b[K']);
});

it('writes to a terminal that does not report its width', () => {
  const { written, progress } = terminal(true, 0);
  progress.tell('x'.repeat(100));
  expect(written).toEqual([`\r\x1b[K${'x'.repeat(79)}`]);
});

it('writes nothing to a file or a pipe', () => {
  const { written, progress } = terminal(false);
  progress.tell('1 of 2 events');
  progress.end();
  expect(written).toEqual([]);
});
