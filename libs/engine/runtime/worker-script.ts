/**
 * The URL of a worker thread's script, which is in the same folder as the module that starts it. Tests run modules from
 * their sources, which a worker cannot load: it gets the built script instead. scripts/bundle.mjs names these scripts too.
 *
 * @param name file name of the built script, `….js`
 * @param startedFrom the module's `import.meta.url`
 */
export function workerScript(name: string, startedFrom: string): URL {
  const script = new URL(name, startedFrom);
  if (!startedFrom.endsWith('.ts')) return script;
  return new URL(script.href.replace(/\/libs\/(?!.*\/libs\/)/, '/dist/libs/'));
}
