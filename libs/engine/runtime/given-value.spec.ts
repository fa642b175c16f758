import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { ConfigurationError, configurationHelp, readConfiguration, unknownVariables } from './configuration.js';

const folder = tempFolder();

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function faultOf(env: Readonly<Record<string, string>>): string {
  try {
    readConfiguration(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('the configuration was taken');
}

const secrets = [
  ['eventStoreUrl', 'APPLEDGER_EVENTSTORE_URL', 'esdb://a:b@h:2113?tls=true', 'esdb://a:b@h:2113?tls=true'],
  ['mongoDbUrl', 'APPLEDGER_MONGODB_URL', 'mongodb://a:b@h:27017/d', 'mongodb://a:b@h:27017/d'],
  [
    'gatewayUsers',
    'APPLEDGER_GATEWAY_USERS',
    'a:b,c:d',
    [
      { name: 'a', password: 'b' },
      { name: 'c', password: 'd' },
    ],
  ],
] as const;

describe.each(secrets)('the secret %s', (key, name, text, value) => {
  it.each(['', '\n', '\r\n', '\n\n'])('can be in a file that ends with %j', (end) => {
    const inFile = readConfiguration({ [`${name}_FILE`]: fileWith('secret', text + end) });
    expect(inFile[key]).toEqual(value);
    expect(readConfiguration({ [name]: text })[key]).toEqual(value);
  });

  it('cannot be set in both ways', () => {
    const fault = faultOf({ [name]: text, [`${name}_FILE`]: fileWith('secret', text) });
    expect(fault).toContain(`${name} and ${name}_FILE are both set: set one of them`);
    expect(fault).not.toContain(text);
  });

  it('is reported missing, with the file and the error of the system', () => {
    expect(faultOf({ [`${name}_FILE`]: join(folder, 'nothing') })).toContain(
      `${name}_FILE names "${join(folder, 'nothing')}", which cannot be read (ENOENT)`,
    );
    expect(faultOf({ [`${name}_FILE`]: folder })).toContain('which cannot be read (EISDIR)');
    expect(faultOf({ [`${name}_FILE`]: fileWith('empty', '\n') })).toContain('which is empty');
  });

  it('is not shown when it is invalid', () => {
    const fault = faultOf({ [`${name}_FILE`]: fileWith('wrong', 'no:secret of mine?\n') });
    expect(fault).toContain(`${name} takes`);
    expect(fault).not.toContain('of mine');
  });

  it('has a file variable that the help lists and that is not reported as misspelt', () => {
    expect(configurationHelp()).toContain(`${name}_FILE names a file that holds it`);
    expect(unknownVariables({ [`${name}_FILE`]: 'x' })).toEqual([]);
  });
});

it('a variable that is not a secret has no file variable', () => {
  expect(unknownVariables({ APPLEDGER_PORT_FILE: 'x' })).toEqual(['APPLEDGER_PORT_FILE']);
});
