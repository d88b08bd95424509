import { isBuiltin } from 'node:module';

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
      esbuild.onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ path }) => (isBuiltin(path) ? { path: path.replace(/^node:/, ''), namespace: 'builtin' } : undefined));
      esbuild.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
        const builtin = process.getBuiltinModule(path);
        // `events` and its like are functions themselves, and `process` has methods that need their object; none of them costs anything to load. `module` is a
        // function that nobody calls.
        if ((typeof builtin === 'function' && path !== 'module') || path === 'process')
          return { contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});` };
        const names = Object.keys(builtin).filter(name => /^[A-Za-z]\w*$/.test(name) && name !== 'default');
        const getters = names.map(name => `get ${name}() { return load().${name} }`).join(',\n');
        return { contents: `const load = () => process.getBuiltinModule(${JSON.stringify(path)});\nmodule.exports = {\n${getters}\n};` };
      });
    },
  };
}
