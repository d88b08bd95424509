import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { run } from './programs.js';

/**
 * What a program writes, bundled from the sources and run in a folder of its own, which holds `files` as well.
 *
 * @param wrapper a command that becomes Node when it has prepared what it is for: `unshare -Ur`
 */
export async function outputOfBundled(
  name: string,
  program: string,
  files: Readonly<Record<string, string>> = {},
  wrapper: readonly string[] = [],
): Promise<{ stdout: string; stderr: string }> {
  // Inside node_modules, so that the packages are found from there.
  const folder = resolve('node_modules/.cache/hostward-test', `${name}-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    for (const [file, text] of Object.entries({ ...files, 'program.ts': program })) await writeFile(join(folder, file), text);
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
    const [command = '', ...args] = [...wrapper, process.execPath, join(folder, 'program.mjs')];
    const { stdout, stderr } = await run(command, args, { home: folder });
    return { stdout, stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
