interface KnownPath {
  readonly pattern: RegExp;
  readonly verbs: Set<string>;
}

/** The paths of all routes, in the router's notation, and the verbs that each takes. */
export class KnownPaths {
  readonly #paths = new Map<string, KnownPath>();

  /** @param url such as `/projects/:project_id/apps`, or with `*` for the rest of a path */
  add(url: string, verbs: readonly string[]): void {
    const known = this.#paths.get(url) ?? { pattern: patternOf(url), verbs: new Set() };
    for (const verb of verbs) known.verbs.add(verb);
    this.#paths.set(url, known);
  }

  /** The verbs that a request's path takes, in order; none: the path is not known. */
  verbsOf(url: string): readonly string[] {
    const path = decoded(url.split('?', 1)[0] ?? '');
    const found = [...this.#paths.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(found.flatMap(({ verbs }) => [...verbs]))].toSorted();
  }
}

function patternOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll(/:\w+/g, '[^/]+');
  return new RegExp(`^${source}$`);
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
