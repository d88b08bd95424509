import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { run } from '../../support/programs.js';

// Inside node_modules, so that the packages are found from there.
const folder = resolve('node_modules/.cache/hostward-test', `configuration-${process.pid}`);

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
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'program.ts'), program);
      await writeFile(join(folder, 'watched.json'), '{"a":1}');
      await build({
        entryPoints: [join(folder, 'program.ts')],
        outfile: join(folder, 'program.mjs'),
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20.19',
        packages: 'external',
        tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
      });
      const { stdout, stderr } = await run(process.execPath, [join(folder, 'program.mjs')], { home: folder });
      expect([stderr, stdout]).toEqual(['', '1\n']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
