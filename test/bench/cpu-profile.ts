/** A profile as `node --cpu-prof` writes it. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** When it began, in microseconds of the clock of `process.hrtime`. */
  readonly startTime: number;
  /** The id of the node of each sample. */
  readonly samples: readonly number[];
  /** The microseconds from one sample to the next. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

const COLLECTOR = 'garbage collection';
const NODE = 'Node.js';
const HTTP = 'Node.js: HTTP and sockets';
const HTTP_FRAME = /^node:(_http|net$|internal\/stream_base)/;

/**
 * The time that a thread worked for each part of the program, in microseconds.
 *
 * A sample counts for the nearest caller that is a module of the product (`engine/rpc`), or a package; otherwise for
 * Node.js. So a system call counts for the code that made it.
 *
 * @param from leaves out what was before, in microseconds of the clock of `process.hrtime`
 */
export function timeByPart({ nodes, startTime, samples, timeDeltas }: CpuProfile, from = 0): Map<string, number> {
  const partOf = partsOf(nodes);
  const times = new Map<string, number>();
  let now = startTime;
  for (const [place, id] of samples.entries()) {
    const took = timeDeltas[place] ?? 0;
    now += took;
    const part = partOf.get(id);
    if (part !== undefined && now >= from) times.set(part, (times.get(part) ?? 0) + took);
  }
  return times;
}

/** The part of each node by its id; none for idle time. */
function partsOf(nodes: readonly ProfileNode[]): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string>();
  const visit = (node: ProfileNode, callers: string | undefined): void => {
    const { functionName, url } = node.callFrame;
    if (functionName === '(idle)') return;
    const inherited = url === '' ? callers : (partOfModule(url) ?? nodePart(url, callers));
    parts.set(node.id, functionName === '(garbage collector)' ? COLLECTOR : (inherited ?? NODE));
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) visit(child, inherited);
    }
  };
  const root = nodes.find(({ callFrame }) => callFrame.functionName === '(root)');
  if (root !== undefined) visit(root, undefined);
  return parts;
}

/** The part to which a module belongs; undefined: it is one of Node.js. */
function partOfModule(url: string): string | undefined {
  const own = /\/dist\/(?:libs\/(engine\/[\w-]+|registry)|(apps))\//.exec(url);
  if (own !== null) return own[1] ?? own[2];
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
}

/** Code of Node.js works for its caller, except that of HTTP which nobody has called. */
function nodePart(url: string, callers: string | undefined): string | undefined {
  return callers ?? (HTTP_FRAME.test(url) ? HTTP : undefined);
}
