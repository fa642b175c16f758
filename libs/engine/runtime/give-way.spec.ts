import { execFileSync } from 'node:child_process';
import { workerScript } from './worker-script.js';

/** The priority of a process that was started with a lower one, before and after it gives way. */
function priorities(lowerBy: number): readonly number[] {
  const script = `
    import { getPriority } from 'node:os';
    import { giveWay } from '${workerScript('./give-way.js', import.meta.url)}';
    const before = getPriority();
    giveWay();
    console.log(JSON.stringify([before, getPriority()]));`;
  const args = ['-n', `${lowerBy}`, process.execPath, '--input-type=module', '-e', script];
  return JSON.parse(execFileSync('nice', args, { encoding: 'utf8' }));
}

(process.platform === 'linux' ? it : it.skip)('lowers the priority that a process was started with', () => {
  for (const lowerBy of [0, 10, 19]) {
    const [before = 0, after] = priorities(lowerBy);
    expect(after).toBe(Math.min(19, before + 5));
  }
});
