import { UsageError } from '../usage-error.js';
import { serverOptions } from './remote-server.js';

/** The options that every operation takes. */
const COMMON: readonly string[] = [...Object.keys(serverOptions), 'json', 'help'];

/**
 * Checks that an operation of a command takes the options that were given.
 *
 * @param operation the command and the operation, such as `secrets list`
 * @param takes the options of this operation alone
 * @throws UsageError it does not take one of them
 */
export function assertOwnOptions(operation: string, takes: readonly string[], values: object): void {
  for (const [option, value] of Object.entries(values)) {
    if (value === undefined || takes.includes(option) || COMMON.includes(option)) continue;
    const [command] = operation.split(' ');
    throw new UsageError(`--${option} is no option of ${operation}: see ${command} --help`);
  }
}
