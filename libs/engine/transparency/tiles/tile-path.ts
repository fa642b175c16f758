/** The width of a full tile: so many hashes, or entries (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** The height of a tile: a hash of one level is the root of a full tile of the level below. */
export const TILE_HEIGHT = 8;

/** The highest level that the format has. */
const MAX_LEVEL = 5;

/** A tile: its level, or `entries`; its index in the level; and how many hashes or entries of it are meant. */
export interface TilePlace {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

const PATH = /^(\d|entries)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Parses the path of a tile below `tile/`, such as `0/x001/234.p/17`; undefined: there is no such path. */
export function parseTilePath(path: string): TilePlace | undefined {
  const [, levelText = '', indexText = '', widthText] = PATH.exec(path) ?? [];
  const level = levelText === 'entries' ? levelText : Number(levelText);
  const index = Number(indexText.replaceAll(/[x/]/g, ''));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  if (indexText === '' || !Number.isSafeInteger(index) || indexText !== indexPath(index)) return undefined;
  if (level !== 'entries' && level > MAX_LEVEL) return undefined;
  if (widthText !== undefined && width >= TILE_WIDTH) return undefined;
  return { level, index, width };
}

/** How many hashes of a tile there are in a tree of so many leaves. */
export function widthIn(size: number, { level, index }: Pick<TilePlace, 'level' | 'index'>): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** The index of a tile in its path: groups of three digits, all but the last with an x. */
function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
}
