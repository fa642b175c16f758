import { parseTilePath, widthIn } from './tile-path.js';

it.each([
  ['0/000', { level: 0, index: 0, width: 256 }],
  ['1/x001/x234/067', { level: 1, index: 1_234_067, width: 256 }],
  ['0/x001/000.p/255', { level: 0, index: 1_000, width: 255 }],
  ['entries/012.p/1', { level: 'entries', index: 12, width: 1 }],
])('%s is a tile', (path, place) => {
  expect(parseTilePath(path)).toEqual(place);
});

it.each([
  '',
  '0',
  '0/0',
  '0/0000',
  '0/x000/001',
  '0/001/002',
  '0/000.p/0',
  '0/000.p/256',
  '0/000.p/01',
  '6/000',
  'entries',
  '../checkpoint',
  '0/000/',
])('%j is no tile', (path) => {
  expect(parseTilePath(path)).toBeUndefined();
});

it('a tile has as many hashes as the tree has on its level', () => {
  expect(widthIn(0, { level: 0, index: 0 })).toBe(0);
  expect(widthIn(300, { level: 0, index: 1 })).toBe(44);
  expect(widthIn(300, { level: 1, index: 0 })).toBe(1);
  expect(widthIn(70_000, { level: 1, index: 1 })).toBe(17);
  expect(widthIn(70_000, { level: 'entries', index: 0 })).toBe(256);
  expect(widthIn(70_000, { level: 2, index: 1 })).toBe(0);
});
