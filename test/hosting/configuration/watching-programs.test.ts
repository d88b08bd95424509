import { resolve } from 'node:path';
import { outputOfBundled } from '../../support/bundled-program.js';

const program = `
  import { ConfigurationBuilder } from ${JSON.stringify(resolve('src/index.ts'))};
  const configuration = new ConfigurationBuilder()
    .setBasePath(import.meta.dirname)
    .addJsonFile('watched.json', { reloadOnChange: true })
    .addJsonFile('later/watched.json', { optional: true, reloadOnChange: true })
    .addKeyPerFile(import.meta.dirname, { reloadOnChange: true, ignoreCondition: name => name.startsWith('program') })
    .build();
  console.log(configuration.get('a'));
`;

describe('a program that watches its configuration', () => {
  it('ends when it has nothing else to do, although nothing is disposed', async () => {
    expect(await outputOfBundled('configuration', program, { 'watched.json': '{"a":1}' })).toEqual({ stderr: '', stdout: '1\n' });
  });
});
