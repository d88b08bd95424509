import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lazyBuiltins } from '../scripts/lazy-builtins.mjs';
import { assertBuilt } from './built.mjs';

/** The user's environment is no part of what is measured: every host reads it. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => ['PATH', 'HOME', 'DOTNET_ROOT', 'SYSTEMROOT'].includes(name.toUpperCase())));

/**
 * Programs that build, start, stop and dispose `count` hosted services, each a class of its own which receives the same two singletons. A program ends with
 * exit code 1 unless each of its services was started and stopped once.
 */
export class HostPrograms {
  scratch = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
  /** Where the programs run: there are no settings to read. */
  #empty = join(this.scratch, 'empty');

  constructor() {
    assertBuilt();
    mkdirSync(this.#empty);
  }

  /**
   * A command that runs the program of `library` (`hostward`, `inversify` or `nest`), whose packages are loaded from node_modules.
   *
   * @param whileRunning a statement to run between start and stop
   */
  fromPackages(library, count, whileRunning) {
    const file = join(this.scratch, `${library}-${count}.mjs`);
    writeFileSync(file, servicesText(count, namesOf[library]) + mainText(library, whileRunning));
    return this.command(process.execPath, whileRunning ? ['--expose-gc', file] : [file]);
  }

  /** The same in one file, made as the command `hostward` is. */
  async bundled(library, count) {
    const [source] = this.fromPackages(library, count).args;
    const outfile = join(this.scratch, `${library}-${count}-bundled.mjs`);
    await build({
      entryPoints: [source],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      mainFields: ['module', 'main'],
      charset: 'utf8',
      minify: true,
      keepNames: true,
      legalComments: 'none',
      external: ['@js-joda/core'],
      plugins: [lazyBuiltins(), fileUrls],
    });
    return this.command(process.execPath, [outfile]);
  }

  command(file, args) {
    return { file, args, env, cwd: this.#empty };
  }

  [Symbol.dispose]() {
    rmSync(this.scratch, { recursive: true });
  }
}

/** What Node imports by its URL, esbuild finds by its path. */
const fileUrls = { name: 'file-urls', setup: esbuild => esbuild.onResolve({ filter: /^file:/ }, ({ path }) => ({ path: fileURLToPath(path) })) };

/** How the two halves of a service's life are called. */
const namesOf = {
  hostward: ['start', 'stop'],
  inversify: ['start', 'stop'],
  nest: ['onModuleInit', 'onModuleDestroy'],
};

function servicesText(count, [start, stop]) {
  const service = index => `  class Service${index} {
    constructor(clock, store) {
      this.clock = clock;
      this.store = store;
    }
    async ${start}() {
      this.store.started++;
    }
    async ${stop}() {
      this.store.stopped++;
    }
  },`;
  return `class Clock {}
class Store {
  started = 0;
  stopped = 0;
}
const services = [
${Array.from({ length: count }, (_, index) => service(index)).join('\n')}
];
`;
}

function mainText(library, whileRunning) {
  const program = new URL(`hosts/${library}.mjs`, import.meta.url).href;
  return `import { run } from ${JSON.stringify(program)};
const store = await run({ Clock, Store, services }${whileRunning ? `, () => ${whileRunning}` : ''});
if (store.started !== services.length || store.stopped !== services.length) process.exitCode = 1;
`;
}
