// node scripts/check-docs.mjs [PAGE]...
//
// Type-checks the ```ts fences of pages, by default README.md and docs/*.md, against the built package, and prints one line a fence.
//
//   ```ts             a module of its own
//   ```ts continued   follows the fence before it in the same file, and sees what that declared
//   ```ts fragment    not checked
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside node_modules, because from there the fences see the packages that the examples use.
const cache = join(root, 'node_modules/.cache');

const fences = [];
for (const page of process.argv.length > 2 ? process.argv.slice(2) : await allPages()) fences.push(...fencesOf(page, await readFile(page, 'utf8')));
const errors = await typeCheck(fences);
for (const { name, title } of fences) {
  const found = errors.filter(error => error.name === name);
  console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${title}${found.map(({ text }) => `\n       ${text}`).join('')}`);
}
for (const { text } of errors.filter(error => !fences.some(({ name }) => error.name === name))) console.log(`FAILED ${text}`);
if (errors.length > 0) process.exitCode = 1;

async function allPages() {
  const docs = existsSync(join(root, 'docs')) ? await readdir(join(root, 'docs')) : [];
  return ['README.md', ...docs.sort().map(name => `docs/${name}`)].map(page => join(root, page)).filter(page => page.endsWith('.md') && existsSync(page));
}

/** The modules to check. Each stands on the lines that it has in the page, so that the compiler's positions are the page's. */
function fencesOf(page, text) {
  const found = [];
  const title = relative(root, page);
  const lines = text.split('\n');
  for (let start = 0; start < lines.length; start++) {
    const [, indent, info] = /^(\s*)```ts\b ?(.*)$/.exec(lines[start]) ?? [];
    if (info === undefined) continue;
    const end = lines.findIndex((line, index) => index > start && line.trim() === '```');
    if (end < 0) throw new Error(`${title}:${start + 1}: a fence that does not end.`);
    const before = info.trim() === 'continued' ? (found.at(-1)?.module ?? []) : [];
    const blank = Array.from({ length: start + 1 - before.length }, () => '');
    const body = lines.slice(start + 1, end).map(line => line.slice(indent.length));
    if (info.trim() !== 'fragment') {
      found.push({ name: `${title.replaceAll(/[/\\]/g, '-')}.${start + 1}.ts`, title: `${title}:${start + 1}`, module: [...before, ...blank, ...body] });
    }
    start = end;
  }
  return found;
}

/** What the compiler says of each module: `{ name, text }`. */
async function typeCheck(modules) {
  if (modules.length === 0) return [];
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, 'hostward-docs-'));
  try {
    for (const { name, module } of modules) await writeFile(join(scratch, name), `${module.join('\n')}\n`);
    await writeFile(join(scratch, 'package.json'), JSON.stringify({ type: 'module' }));
    const files = modules.map(module => module.name);
    await writeFile(join(scratch, 'tsconfig.json'), JSON.stringify({ compilerOptions: await compilerOptions(), files }));
    return errorsOf(compile(scratch));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** What a careful user has, with hostward's names leading to what has been built. */
async function compilerOptions() {
  const { name, exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).filter(([, target]) => target.types);
  return {
    target: 'es2022',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'nodenext',
    moduleDetection: 'force',
    types: ['node', 'jest'],
    strict: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    noEmit: true,
    paths: Object.fromEntries(entries.map(([entry, { types }]) => [entry.replace(/^\./, name), [join(root, types)]])),
  };
}

function compile(project) {
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  return spawnSync(process.execPath, [tsc, '--project', project, '--pretty', 'false'], { cwd: project, encoding: 'utf8' });
}

function errorsOf({ status, stdout, stderr }) {
  const errors = stdout.split('\n').flatMap(line => {
    const [, file, row, column, message] = /^([^(\s][^(]*)\((\d+),(\d+)\): error (.*)$/.exec(line) ?? [];
    return file ? [{ name: basename(file), text: `line ${row}, column ${column}: ${message}` }] : [];
  });
  return status === 0 || errors.length > 0 ? errors : [{ name: '', text: `the compiler failed: ${stdout}${stderr}` }];
}
