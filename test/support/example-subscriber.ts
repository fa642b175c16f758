import { join } from 'node:path';
import { builtProgram } from './built-program.js';
import { RestartableProcess } from './restartable-process.js';

const MAIN = builtProgram('example-subscriber');

/** The example subscriber in a process of its own, which writes a file in a temporary folder. */
export class ExampleSubscriber extends RestartableProcess {
  /** The file that it writes. */
  get file(): string {
    return join(this.folder, 'kong.yml');
  }

  /**
   * Starts it.
   *
   * @param way `webhook` or `subscription`
   * @param setting of its environment, `NAME=value`
   * @returns the first line of its output
   */
  start(way: string, setting: string): Promise<string> {
    return this.launch('/usr/bin/env', [setting, process.execPath, MAIN, way, '--file', this.file, '--port', '0']);
  }
}
