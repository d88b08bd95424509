import { isBuiltin } from 'node:module';

/** Loaded by Node itself before any program runs: to take something from them costs nothing. */
const alwaysLoaded = new Set(['async_hooks', 'buffer', 'events', 'fs', 'path', 'timers', 'url', 'util', 'vm']);

/**
 * Has each of Node's own modules loaded when something of it is used, not when the bundle is.
 *
 * An import of one makes Node read all its exports at start, `child_process` and `crypto` cost milliseconds each, and what is bundled from CommonJS packages
 * has no `require` at all in an ES module.
 */
export function lazyBuiltins() {
  return {
    name: 'lazy-builtins',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ path, kind }) => {
        if (!isBuiltin(path)) return undefined;
        const name = path.replace(/^node:/, '');
        const isCheap = kind === 'import-statement' && alwaysLoaded.has(name);
        return { path: name, namespace: isCheap ? 'loaded-builtin' : 'builtin', sideEffects: false };
      });
      esbuild.onLoad({ filter: /./, namespace: 'loaded-builtin' }, ({ path }) => ({ contents: exportsOf(path) }));
      esbuild.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: lazyObject(path) }));
    },
  };
}

/** A module of which a bundle contains what it uses. */
function exportsOf(path) {
  const names = namesOf(process.getBuiltinModule(path));
  const variables = names.map(name => `export const ${name} = /* @__PURE__ */ of(${JSON.stringify(name)});`).join('\n');
  return `const builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)});\nconst of = name => builtin[name];\nexport default builtin;\n${variables}`;
}

function lazyObject(path) {
  const builtin = process.getBuiltinModule(path);
  // `events` and its like are functions themselves, and `process` has methods that need their object; none of them costs anything to load. `module` is a
  // function that nobody calls.
  if ((typeof builtin === 'function' && path !== 'module') || path === 'process') return `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`;
  // `ownKeys` is for what esbuild copies.
  return `let loaded;
const load = () => (loaded ??= process.getBuiltinModule(${JSON.stringify(path)}));
module.exports = new Proxy({}, {
  get: (_, name) => (name === 'default' ? load() : load()[name]),
  has: (_, name) => name in load(),
  ownKeys: () => ${JSON.stringify(['default', ...namesOf(builtin)])},
});`;
}

function namesOf(builtin) {
  return Object.keys(builtin).filter(name => /^[A-Za-z]\w*$/.test(name) && name !== 'default');
}
