import vm from 'node:vm';
import { cacheDirectory } from './cache-directory.js';
import { CodeCache } from './code-cache.js';
import { ScriptLoader } from './script-loader.js';

/** What is launched. */
export interface Program {
  /** Where its CommonJS scripts are. */
  readonly directory: string;
  /** The name of the one that is the program; it has to change with the content of any of them. */
  readonly main: string;
  readonly require: NodeJS.Require;
}

/**
 * Runs a program with the code that V8 compiled in an earlier run, where there is some: compiling is most of what a short command would do.
 *
 * From Node 22 on that is Node's own compile cache; before, one of the same kind. `NODE_DISABLE_COMPILE_CACHE=1` does without.
 */
export function launch({ directory, main, require }: Program): void {
  const caches = cacheDirectory(process);
  const cache = caches === undefined ? undefined : new CodeCache(`${caches}/${main}-${process.version}-${process.arch}`);
  const enableCompileCache = cache && findCompileCache();
  if (!cache || enableCompileCache) {
    if (cache?.prepare()) enableCompileCache?.(cache.directory);
    require(`${directory}/${main}`);
    return;
  }
  const loader = new ScriptLoader(directory, cache, vm, require);
  process.on('exit', () => loader.save());
  loader.load(main);
}

/** Asked for by version, because the module in which it is takes a moment to load. */
function findCompileCache(): ((directory: string) => unknown) | undefined {
  if (Number.parseInt(process.versions.node, 10) < 22) return undefined;
  return (process.getBuiltinModule('node:module') as { enableCompileCache?: (directory: string) => unknown }).enableCompileCache;
}
