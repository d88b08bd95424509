// node scripts/check-package.mjs
// Packs the package as npm would publish it and checks the archive from outside: its files, its types, and that it installs, loads and runs elsewhere.
// Prints one line a check.
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeBinary } from './node-versions.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const entries = Object.keys(manifest.exports).map(entry => entry.replace(/^\./, manifest.name));
const modules = entries.filter(entry => !entry.endsWith('.json'));

const required = ['package.json', 'README.md', 'LICENSE', 'NOTICE', 'CHANGELOG.md', 'dist/cli/hostward.cjs', 'dist/cli/THIRD-PARTY-NOTICES.txt'];
// The command is CommonJS, the demo's AppHosts are ES modules.
const published = /^dist\/(.+\.(js|d\.ts)|cli\/(demo\/)?package\.json)$/;

// What a user writes: a class with and without decorators, a host, a test's clock.
const consumer = `
import { BackgroundService, ILogger, TimeProvider, delay, inject, runHost } from '${manifest.name}';
import { FakeTimeProvider } from '${manifest.name}/testing';
import { addAppHost } from '${manifest.name}/apphost';
import { IAuxiliaryBackchannelMonitor, addAuxiliaryBackchannelMonitor } from '${manifest.name}/backchannel';

class Heartbeat extends BackgroundService {
  constructor(@inject(ILogger) private readonly logger: ILogger, @inject(TimeProvider) private readonly time: TimeProvider) {
    super();
  }
  protected override async execute(stopping: AbortSignal): Promise<void> {
    this.logger.information('beat at {Now}', this.time.getUtcNow());
    await delay(1000, { timeProvider: this.time, signal: stopping });
  }
}

class Watch extends BackgroundService {
  constructor(readonly monitor: IAuxiliaryBackchannelMonitor) {
    super();
  }
  protected override async execute(stopping: AbortSignal): Promise<void> {
    for await (const connections of this.monitor.watchConnections(stopping)) console.log(connections.length);
  }
}

export const clock: TimeProvider = new FakeTimeProvider();

process.exitCode = await runHost(builder => {
  builder.services.addHostedService(Heartbeat);
  addAuxiliaryBackchannelMonitor(builder.services);
  builder.services.addHostedService(Watch, [IAuxiliaryBackchannelMonitor]);
  addAppHost(builder.services, { appHostPath: '/app/apphost.ts' });
});
`;

const consumerFromCommonJs = modules
  .map((entry, index) => `import module${index} = require('${entry}');\nexport type M${index} = typeof module${index};`)
  .join('\n');

const scratch = await mkdtemp(join(tmpdir(), 'hostward-package-'));
const project = join(scratch, 'project');
try {
  await checkPackage();
} finally {
  await rm(scratch, { recursive: true });
}

async function checkPackage() {
  const archive = await check('the package packs', () => pack());
  if (!archive) return;
  await check('the archive holds the right files and no others', () => checkFiles(archive.files));
  await check('publint has nothing to say', () => run('npx', ['--no-install', 'publint', 'run', archive.path, '--strict']));
  await check('are the types wrong? no', () => run('npx', ['--no-install', 'attw', archive.path, '--profile', 'esm-only', '--no-emoji', '--no-color']));
  if (!(await check('it installs in an empty project', () => install(archive.path)))) return;

  const node20 = nodeBinary('20');
  const env = { ...process.env, PATH: [dirname(node20), process.env.PATH].join(delimiter) };
  for (const entry of modules) {
    const load = (type, code) => run(node20, [`--input-type=${type}`, '--eval', code], { cwd: project });
    await check(`import '${entry}' on Node 20`, () =>
      load('module', `import * as m from '${entry}'; if (Object.keys(m).length === 0) throw new Error('exports nothing')`),
    );
    await check(`require('${entry}') on Node 20`, () =>
      load('commonjs', `if (Object.keys(require('${entry}')).length === 0) throw new Error('exports nothing')`),
    );
  }
  await check('a TypeScript consumer type-checks, libraries included', () =>
    run(process.execPath, [join(root, 'node_modules/typescript-7/bin/tsc'), '--project', project], { cwd: project }),
  );
  await check('npx hostward --version tells the version', () => {
    const version = run('npx', ['--no-install', 'hostward', '--version'], { cwd: project, env }).trim();
    if (version !== manifest.version) throw new Error(`expected ${manifest.version}, found ${version}`);
  });
}

function pack() {
  // The scripts of npm pack build the package first; only its last lines are the report.
  const output = run('npm', ['pack', '--json', '--pack-destination', scratch, '--loglevel', 'error']);
  const [report] = Object.values(JSON.parse(output.slice(output.search(/^[[{]$/m))));
  return { path: join(scratch, report.filename), files: report.files.map(file => file.path) };
}

function checkFiles(files) {
  const missing = required.filter(file => !files.includes(file));
  const surplus = files.filter(file => !required.includes(file) && !published.test(file));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  if (surplus.length > 0) throw new Error(`not expected: ${surplus.join(', ')}`);
}

async function install(archive) {
  await mkdir(project);
  const write = (name, content) => writeFile(join(project, name), typeof content === 'string' ? content : JSON.stringify(content));
  await write('package.json', { name: 'consumer', private: true, type: 'module' });
  await write('consumer.ts', consumer);
  await write('consumer.cts', consumerFromCommonJs);
  await write('tsconfig.json', {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      moduleResolution: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      experimentalDecorators: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
    },
    files: ['consumer.ts', 'consumer.cts'],
  });
  run('npm', ['install', '--no-audit', '--no-fund', archive, `@types/node@${manifest.devDependencies['@types/node']}`], { cwd: project });
  return true;
}

/** Runs one check and prints its line; the check's result, undefined when it failed. */
async function check(what, body) {
  try {
    const result = await body();
    console.log(`ok     ${what}`);
    return result;
  } catch (error) {
    process.exitCode = 1;
    console.log(`FAILED ${what}\n${error.message.replace(/^/gm, '       ')}`);
    return undefined;
  }
}

/** The standard output of a command; throws what it printed when it fails. */
function run(command, args, options = {}) {
  const shell = process.platform === 'win32' && !command.includes('\\');
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8', shell, maxBuffer: Infinity, ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}\n${stdout}${stderr}`.trim());
  return stdout;
}
