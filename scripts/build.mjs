// node scripts/build.mjs         the library (into dist/) and the CLI (into dist/cli/)
// node scripts/build.mjs --cli   only the CLI
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { withAssignedFields } from './assigned-fields.mjs';
import { parseChunk, withoutCopies } from './common-js-chunks.mjs';
import { directImports } from './direct-imports.mjs';
import { joinScripts } from './join-scripts.mjs';
import { lazyBuiltins } from './lazy-builtins.mjs';
import { nameByContent } from './name-by-content.mjs';
import { withPlainPrivates } from './plain-privates.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';
import { setRareModulesApart } from './rare-modules.mjs';
import { substitutedClasses, withoutContainer } from './without-container.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const cli = join(dist, 'cli');
const demos = join(root, 'src/commands/demo/apphosts');
/** Nothing runs when a file of the library is imported, so these load for nothing, and a user's esbuild warns of them. */
const importsOfNothing = /^import "\.[^"]*";\n/gm;

if (!process.argv.includes('--cli')) await buildLibrary();
await buildCli();

/**
 * The library: declarations file by file, from native tsc, which is also what checks it; the code in few files, from esbuild, because opening files is most
 * of what a start costs.
 */
async function buildLibrary() {
  const bundled = bundleLibrary();
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--listEmittedFiles'];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options], { cwd: root, encoding: 'utf8' });
  const lines = stdout.split('\n');
  const declarations = lines.filter(line => line.startsWith('TSFILE: ')).map(line => resolve(line.slice('TSFILE: '.length)));
  process.stdout.write(
    lines
      .filter(line => line && !line.startsWith('TSFILE: '))
      .map(line => `${line}\n`)
      .join(''),
  );
  if (status !== 0) process.exitCode = 1;
  const files = await bundled;
  await Promise.all(
    files.map(async ({ path, text }) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }),
  );
  await removeOthers(dist, [...declarations, ...files.map(({ path }) => path)], cli);
}

/** One file for each entry point of the package, and one for whatever several of them share: a class exists once, whichever of them it is imported from. */
async function bundleLibrary() {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const modules = Object.values(exports).filter(entry => entry.default);
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: modules.map(entry => entry.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts')),
    outbase: join(root, 'src'),
    outdir: dist,
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    write: false,
  });
  const names = await classNamesOf(metafile.inputs);
  return outputFiles.map(({ path, text }) => ({ path, text: withClassNames(text, names).replace(importsOfNothing, '') }));
}

/**
 * `code` with the names that classes have in the source: logs, health and errors call them by these, and esbuild puts `_` before those that mention themselves.
 *
 * Its own `keepNames` would do it when the code runs, and no bundler of a user could leave out what is not used.
 */
function withClassNames(code, sourceNames) {
  const restored = code.replace(/\b_([A-Z]\w*)\b/g, (word, name) => (new RegExp(`\\bvar ${name} = class ${word}\\b`).test(code) ? name : word));
  const names = [...restored.matchAll(/^(?:(?:var|let) (\w+) = )?class(?: (?!extends\b)(\w+))?/gm)].map(([, variable, name]) => name ?? variable);
  const unknown = names.filter(name => !sourceNames.has(name));
  if (unknown.length > 0) throw new Error(`Two classes of one name, of which one would be called ${unknown.join(', ')}: give each a name of its own.`);
  return restored;
}

async function classNamesOf(inputs) {
  // What a plugin has made up is no file, and has a namespace before its name.
  const paths = Object.keys(inputs).filter(path => !path.includes(':'));
  const sources = await Promise.all(paths.map(path => readFile(join(root, path), 'utf8')));
  return new Set(sources.flatMap(source => [...source.matchAll(/\bclass (\w+)/g)].map(([, name]) => name)));
}

/** The CLI and the AppHosts of its demo: few files, because opening files is most of what a start costs. */
async function buildCli() {
  // Built apart: what both have in common would otherwise be files of its own, each of which the CLI has to open.
  const [program, demo] = await Promise.all([
    bundleProgram(),
    bundle(cli, await demoEntryPoints(), { chunkNames: 'demo/[name]-[hash]', minify: true, keepNames: true }),
  ]);
  const outputs = { ...program.metafile.outputs, ...demo.metafile.outputs };
  const files = [
    ...program.files,
    ...demo.outputFiles.map(({ path, text }) => ({ path, text })),
    { path: join(cli, 'package.json'), text: '{ "type": "commonjs" }\n' },
    { path: join(cli, 'demo/package.json'), text: '{ "type": "module" }\n' },
    { path: join(cli, 'THIRD-PARTY-NOTICES.txt'), text: await thirdPartyNotices(root, { outputs }) },
  ];
  for (const file of files) await replace(file);
  await removeOthers(
    cli,
    files.map(file => file.path),
  );
}

/** Puts a file in its place at once, unless it is there already: the command may be running. */
async function replace({ path, text, mode = 0o644 }) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  // Elsewhere, because another build may be about to remove whatever it has not written.
  const temporary = join(root, 'node_modules/.cache/hostward', `${basename(path)}.${process.pid}`);
  await Promise.all([dirname(path), dirname(temporary)].map(folder => mkdir(folder, { recursive: true })));
  await writeFile(temporary, text);
  await chmod(temporary, mode);
  await rename(temporary, path);
}

/** The program as CommonJS scripts, and the command that launches it. */
async function bundleProgram() {
  const { outputFiles, metafile } = await bundle(cli, [{ in: 'src/commands/main.ts', out: 'main' }], {
    entryNames: '[name]-[hash]',
    define: { 'import.meta.url': 'moduleUrl' },
  });
  const names = new Set([...(await classNamesOf(metafile.inputs)), ...substitutedClasses]);
  const nameOfOutput = source => `./${basename(Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === source)[0])}`;
  const main = nameOfOutput('src/commands/main.ts');
  const modulesOf = path => Object.keys(metafile.outputs[relative(root, path).split(sep).join('/')].inputs);
  const chunks = outputFiles.map(({ path, text }) => parseChunk({ path, text: withClassNames(text, names), modules: modulesOf(path) }));
  const parts = setRareModulesApart(await withAssignedFields(withPlainPrivates(withoutCopies(chunks))));
  const scripts = nameByContent(await joinScripts(parts, main, [nameOfOutput('src/backchannel/client/app-host-connection.ts')]), main);
  const first = scripts.find(({ path }) => basename(path).startsWith('main-'));
  return { files: [...scripts, { path: join(cli, 'hostward.cjs'), text: await bundleLauncher(basename(first.path)), mode: 0o755 }], metafile };
}

/** @param main changes its name with its content, and with that of whatever it loads */
async function bundleLauncher(main) {
  const launcher = JSON.stringify(join(root, 'src/commands/launcher/launch.ts'));
  const contents = `import { launch } from ${launcher};\nlaunch({ directory: __dirname, main: ${JSON.stringify(main)}, require });`;
  const { outputFiles } = await bundle(cli, undefined, {
    stdin: { contents, resolveDir: root },
    splitting: false,
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    banner: { js: '#!/usr/bin/env node' },
  });
  return outputFiles[0].text;
}

async function bundle(outdir, entryPoints, options) {
  return build({
    absWorkingDir: root,
    entryPoints,
    outdir,
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
    legalComments: 'none',
    // js-joda is loaded at its first use, and peers only where the user has installed them.
    external: ['@js-joda/core', ...(await optionalPeers())],
    plugins: [withoutContainer(), lazyBuiltins(), directImports()],
    metafile: true,
    write: false,
    ...options,
  });
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
