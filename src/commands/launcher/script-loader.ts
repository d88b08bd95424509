import { readFileSync } from 'node:fs';
import type { Script } from 'node:vm';
import type { CodeCache } from './code-cache.js';

type Wrapped = (exports: unknown, require: NodeJS.Require, module: { exports: unknown }, filename: string, dirname: string) => void;

/** Parts of `node:vm`. */
export interface Compiler {
  readonly Script: typeof Script;
  readonly constants: { readonly USE_MAIN_CONTEXT_DEFAULT_LOADER: number };
}

/** Loads the CommonJS scripts of one directory, each once, with the code that V8 made of them in an earlier run. */
export class ScriptLoader {
  readonly #modules = new Map<string, { exports: unknown }>();
  readonly #scripts = new Map<string, Script>();
  readonly #require: NodeJS.Require;
  /** Whether there is a script of which the cache had nothing that V8 could use. */
  #isIncomplete = false;

  /** @param nodeRequire loads what is none of the directory's scripts */
  constructor(
    private readonly directory: string,
    private readonly cache: CodeCache,
    private readonly compiler: Compiler,
    nodeRequire: NodeJS.Require,
  ) {
    const require = (path: string): unknown => (path.startsWith('./') ? this.load(path.slice(2)) : nodeRequire(path));
    this.#require = Object.assign(require, nodeRequire);
  }

  load(name: string): unknown {
    return (this.#modules.get(name) ?? this.#run(name)).exports;
  }

  /**
   * Keeps the code of all that was loaded, when there was not yet code of all.
   *
   * Called at the end of a run, because it is what was compiled until then that is kept.
   */
  save(): void {
    if (this.#isIncomplete) this.cache.write(Array.from(this.#scripts, ([name, script]) => [name, () => script.createCachedData()] as const));
  }

  #run(name: string): { exports: unknown } {
    const filename = `${this.directory}/${name}`;
    const run = this.#compile(name, filename).runInThisContext() as Wrapped;
    const module = { exports: {} };
    this.#modules.set(name, module);
    try {
      run(module.exports, this.#require, module, filename, this.directory);
    } catch (error) {
      // Whoever wants it again may have more luck.
      this.#modules.delete(name);
      throw error;
    }
    return module;
  }

  #compile(name: string, filename: string): Script {
    // What Node has around a CommonJS module, which is what the scripts are. As UTF-8 a file is read in one step.
    const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, 'utf8')}\n})`;
    const { Script, constants } = this.compiler;
    const cachedData = this.cache.read(name);
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const script = new Script(source, { filename, importModuleDynamically, ...(cachedData && { cachedData }) });
    this.#isIncomplete ||= !cachedData || script.cachedDataRejected === true;
    this.#scripts.set(name, script);
    return script;
  }
}
