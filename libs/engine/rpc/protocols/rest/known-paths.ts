interface KnownPath {
  readonly pattern: RegExp;
  /** How much of the path is variable: lower is more specific. */
  readonly open: number;
  readonly verbs: Set<string>;
}

/** The paths of all routes, in the router's notation, and the verbs that each takes. */
export class KnownPaths {
  readonly #paths = new Map<string, KnownPath>();

  /** @param url such as `/projects/:project_id/apps`, or with `*` for the rest of a path, or `::` for a colon */
  add(url: string, verbs: readonly string[]): void {
    const known = this.#paths.get(url) ?? { pattern: patternOf(url), open: openness(url), verbs: new Set() };
    for (const verb of verbs) known.verbs.add(verb);
    this.#paths.set(url, known);
  }

  /**
   * The verbs that a request's path accepts, in order; none: the path is not known. If several patterns match, the most
   * specific one counts: `/projects/_search` is the search and not the project of this id.
   */
  verbsOf(url: string): readonly string[] {
    const path = decoded(url.split('?', 1)[0] ?? '');
    const found = [...this.#paths.values()].filter(({ pattern }) => pattern.test(path));
    const [closest] = found.toSorted((a, b) => a.open - b.open);
    return closest === undefined ? [] : [...closest.verbs].toSorted();
  }
}

/** The rest of a path counts as more variable than any number of segments. */
function openness(url: string): number {
  return url.split('/:').length - 1 + (url.endsWith('*') ? url.length : 0);
}

function patternOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll(/(?<!:):\w+/g, '[^/]+')
    .replaceAll('::', ':');
  return new RegExp(`^${source}$`);
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
