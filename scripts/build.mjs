// node scripts/build.mjs         the library (tsc, into dist/) and the CLI (esbuild, into dist/cli/)
// node scripts/build.mjs --cli   only the CLI
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyNotices } from './third-party-notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const cli = join(dist, 'cli');
const demos = join(root, 'src/commands/demo/apphosts');

if (!process.argv.includes('--cli')) await buildLibrary();
await buildCli();

/** The library, file by file, with declarations: native tsc, which is also what checks it. */
async function buildLibrary() {
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--listEmittedFiles'], { cwd: root, encoding: 'utf8' });
  const lines = stdout.split('\n');
  const emitted = lines.filter(line => line.startsWith('TSFILE: ')).map(line => resolve(line.slice('TSFILE: '.length)));
  process.stdout.write(
    lines
      .filter(line => line && !line.startsWith('TSFILE: '))
      .map(line => `${line}\n`)
      .join(''),
  );
  if (status !== 0) process.exitCode = 1;
  await removeOthers(dist, emitted, cli);
}

/** The CLI and the AppHosts of its demo: few files, because opening files is most of what a start costs. */
async function buildCli() {
  // Built apart: what both have in common would otherwise be files of its own, each of which the CLI has to open.
  const bundles = await Promise.all([bundle([{ in: 'src/commands/main.ts', out: 'hostward' }]), bundle(await demoEntryPoints())]);
  const files = bundles.flatMap(({ outputFiles }) => outputFiles.map(({ path, text }) => ({ path, text })));
  const outputs = Object.assign({}, ...bundles.map(({ metafile }) => metafile.outputs));
  files.push({ path: join(cli, 'THIRD-PARTY-NOTICES.txt'), text: await thirdPartyNotices(root, { outputs }) });
  for (const { path, text } of files) {
    const isCommand = path === join(cli, 'hostward.js');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, isCommand ? `#!/usr/bin/env node\n${text.replace(/^#!.*\n/, '')}` : text);
    if (isCommand) await chmod(path, 0o755);
  }
  await removeOthers(
    cli,
    files.map(file => file.path),
  );
}

async function bundle(entryPoints) {
  return build({
    absWorkingDir: root,
    entryPoints,
    outdir: cli,
    // Beside the entry point, so that import.meta.url leads to the same files from wherever a module ends up.
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Of packages that have both forms, the ES module: only that can be bundled in part.
    mainFields: ['module', 'main'],
    charset: 'utf8',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    // js-joda is loaded at its first use, and peers only where the user has installed them.
    external: ['@js-joda/core', ...(await optionalPeers())],
    plugins: [lazyBuiltins()],
    metafile: true,
    write: false,
  });
}

/**
 * Has each of Node's own modules loaded when something of it is used, not when the bundle is.
 *
 * An import of one makes Node read all its exports at start, `child_process` and `crypto` cost milliseconds each, and what is bundled from CommonJS packages
 * has no `require` at all in an ES module.
 */
function lazyBuiltins() {
  return {
    name: 'lazy-builtins',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ path }) => (isBuiltin(path) ? { path: path.replace(/^node:/, ''), namespace: 'builtin' } : undefined));
      esbuild.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
        const builtin = process.getBuiltinModule(path);
        // `events` and its like are functions themselves, and `process` has methods that need their object; none of them costs anything to load.
        if (typeof builtin === 'function' || path === 'process') return { contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});` };
        const names = Object.keys(builtin).filter(name => /^[A-Za-z]\w*$/.test(name) && name !== 'default');
        const getters = names.map(name => `get ${name}() { return load().${name} }`).join(',\n');
        return { contents: `const load = () => process.getBuiltinModule(${JSON.stringify(path)});\nmodule.exports = {\n${getters}\n};` };
      });
    },
  };
}

async function demoEntryPoints() {
  const names = existsSync(demos) ? await readdir(demos) : [];
  return names
    .filter(name => name.endsWith('.ts'))
    .map(name => ({ in: relative(root, join(demos, name)).split(sep).join('/'), out: `demo/${basename(name, '.ts')}` }));
}

async function optionalPeers() {
  const { peerDependenciesMeta = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return Object.keys(peerDependenciesMeta).filter(name => peerDependenciesMeta[name].optional);
}

/** Removes what an earlier build left: the files under `folder` that this one did not write. Those in `except` belong to another step. */
async function removeOthers(folder, written, except) {
  const keep = new Set(written);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !keep.has(path) && !(except && path.startsWith(except + sep))) await rm(path);
  }
}
