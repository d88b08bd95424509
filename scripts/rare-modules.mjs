import { rareModules } from './rare-modules-list.mjs';
import { wantedLater } from './common-js-chunks.mjs';

/** Where a name is declared: statements of a module begin in the first column, as do some lines of long texts. */
const declaration = /^(?:var|let|const|class|function\*?|async function\*?) ([\w$]+)/gm;
const declarationsOnly = /^(?:(?:var|let|const|class|function\*?|async function\*?) |[A-Z]\w* = __decorateClass\(|\$\{|[^\w$([]|$)/;
const lateUse = /\b(lateModule\d+)\./g;
const lateConstruction = /\bnew (lateModule\d+)\.([\w$]+)/g;

/**
 * Puts the statements of modules that most commands do not need into functions, each called when something of its module is used for the first time.
 *
 * Reading the code that V8 kept takes as long as there is code in it, and of a function that was never called there is next to none.
 *
 * @param {readonly import('./common-js-chunks.mjs').Chunk[]} chunks
 */
export function setRareModulesApart(chunks) {
  const rare = new Set(rareModules);
  let count = 0;
  const apart = chunks.map(chunk => {
    const late = new Map();
    const sections = chunk.sections.map(section => {
      if (!rare.delete(section.module)) return section;
      const load = `lateModule${++count}`;
      const names = declaredNames(section);
      for (const name of names) late.set(name, load);
      return { ...section, wrap: code => lately(load, code, names) };
    });
    return { ...chunk, sections, late };
  });
  if (rare.size > 0) throw new Error(`No part of the command, and yet rare modules of it: ${[...rare].join(', ')}.`);
  const byName = new Map(apart.map(chunk => [chunk.name, chunk]));
  const entries = wantedLater(chunks);
  return apart.map(chunk => withLateNames(chunk, byName, entries.has(chunk.name)));
}

function declaredNames({ module, code }) {
  const other = code.split('\n').find(line => !declarationsOnly.test(line));
  if (other !== undefined) throw new Error(`${module} does more than declare: ${other}`);
  return Array.from(code.matchAll(declaration), ([, name]) => name);
}

function lately(load, code, names) {
  const made = `${load}Made`;
  const exports = names.map(name => `get ${name}(){return ${name}}`).join();
  return `let ${made};const ${load}=()=>${made}??=(()=>{${code}return{${exports}}})();\n`;
}

function withLateNames({ late, ...chunk }, byName, isEntry) {
  /** What is late here, or where it comes from, by its name here: how it is loaded, and its name there. */
  const lateHere = new Map(Array.from(late, ([name, load]) => [name, { load, name }]));
  const imports = chunk.imports.map(({ from, names }) => {
    const source = byName.get(from);
    const kept = [];
    const loads = new Set();
    for (const each of names) {
      const { name } = source.exports.find(({ as }) => as === each.name);
      const load = source.late.get(name);
      if (load === undefined) kept.push(each);
      else {
        loads.add(load);
        lateHere.set(each.as, { load, name });
      }
    }
    return { from, names: [...kept, ...named(loads)] };
  });
  const rare = chunk.exports.flatMap(({ name, as }) => (lateHere.has(name) ? { as, ...lateHere.get(name) } : []));
  const common = chunk.exports.filter(({ name }) => !lateHere.has(name));
  const exports = [...common, ...named(new Set(rare.map(({ load }) => load)))];
  const getters = isEntry ? rare.map(({ as, load, name }) => ({ as, value: `${load}().${name}` })) : [];
  const lateNames = Object.fromEntries(Array.from(lateHere, ([as, { load, name }]) => [as, `${load}.${name}`]));
  return { ...chunk, imports, exports, getters, lateNames, finish };
}

function named(loads) {
  return Array.from(loads, load => ({ name: load, as: load }));
}

/** What esbuild was given as a member is a call. */
function finish(code) {
  return code.replace(lateConstruction, 'new ($1().$2)').replace(lateUse, '$1().');
}
