/**
 * Where the script of a worker thread stands: beside the module that starts it. Tests run modules from their sources,
 * which a worker cannot load: it gets what was built from them.
 *
 * @param name of the built script, `….js`
 * @param startedFrom the module's `import.meta.url`
 */
export function workerScript(name: string, startedFrom: string): URL {
  const script = new URL(name, startedFrom);
  if (!startedFrom.endsWith('.ts')) return script;
  return new URL(script.href.replace(/\/libs\/(?!.*\/libs\/)/, '/dist/libs/'));
}
