import { basename } from 'node:path';
import { transform } from 'esbuild';

const importStatement = /^import \{\n([^}]*)\} from "(\.\/[\w-]+\.js)";\n|^import "\.\/[\w-]+\.js";\n/;
const comment = /^\/\/ (.*)\n|^\s*\n/;
const exportStatement = /^export \{\n([^}]*)\};\s*$/m;
const defaultExport = /^export default (.*);\s*$/m;
const wrapper = /^var (\w+) = __commonJS\(/m;
const dynamicImport = /\bimport\("(\.\/[\w-]+\.js)"\)/g;

/**
 * A script of the command, still in parts.
 *
 * @typedef {object} Chunk
 * @property {string} path where it is to be written
 * @property {string} name what others import it by
 * @property {readonly { from: string, names: readonly Name[] }[]} imports
 * @property {readonly Name[]} exports
 * @property {readonly Section[]} sections the statements of each source file, in order
 * @property {Readonly<Record<string, string>>} [lateNames] what is written in place of a name
 * @property {(code: string) => string} [finish] the last thing that is done to the script
 *
 * @typedef {{ module: string | undefined, code: string, wrap?: (code: string) => string }} Section `wrap` puts the minified statements where they are to be
 *
 * @typedef {{ name: string, as: string }} Name what it is called inside, or where it comes from, and what it is called on the other side
 */

/**
 * The parts of an ES module of esbuild's that imports nothing but others of its kind.
 *
 * @param text not minified, with the statements where esbuild puts them: the imports first, the export last
 * @param modules the names of the source files, which esbuild writes before the statements of each
 * @returns {Chunk}
 */
export function parseChunk({ path, text, modules }) {
  const imports = [];
  const known = new Set(modules);
  let rest = text;
  for (;;) {
    const [skipped, remark] = comment.exec(rest) ?? [''];
    if (known.has(remark)) break;
    rest = rest.slice(skipped.length);
    const found = importStatement.exec(rest);
    if (found) {
      const [statement, names, from] = found;
      // One without names is there for what the module does when it is loaded, and none does anything.
      if (names !== undefined) imports.push({ from, names: namesOf(names) });
      rest = rest.slice(statement.length);
    } else if (skipped === '') break;
  }
  return { path, name: `./${basename(path)}`, imports, ...splitExports(rest, known) };
}

/**
 * Has the objects that stand for modules of Node's used as they are. esbuild would copy them, getter by getter, wherever one is imported.
 *
 * @param {readonly Chunk[]} chunks
 */
export function withoutCopies(chunks) {
  const wrappers = chunks.flatMap(({ sections }) =>
    sections.flatMap(({ module, code }) => (module?.startsWith('builtin:') ? (wrapper.exec(code)?.[1] ?? []) : [])),
  );
  const copy = new RegExp(`\\b__toESM\\((${wrappers.join('|')})\\(\\), 1\\)`, 'g');
  const withoutCopy = section => ({ ...section, code: section.code.replace(copy, '$1()') });
  return chunks.map(chunk => ({ ...chunk, sections: chunk.sections.map(withoutCopy) }));
}

/** The names of the scripts that are loaded when they are wanted. @param {readonly Chunk[]} chunks */
export function wantedLater(chunks) {
  return new Set(chunks.flatMap(({ sections }) => sections.flatMap(({ code }) => Array.from(code.matchAll(dynamicImport), ([, name]) => name))));
}

/**
 * A chunk as a CommonJS script: Node loads that faster than an ES module, and can be given the code that it compiled before.
 *
 * esbuild's own conversion makes every use of an import a call of a getter. Here an import is a constant, which is the same as long as no module changes what it exports
 * and none imports, by whatever way, itself.
 *
 * @param {Chunk} chunk
 * @param load makes of the name of a chunk how it is had
 */
export async function toScript(chunk, load = name => `require("${name}")`) {
  const { imports, sections, lateNames, finish = code => code } = chunk;
  const head = imports.map(({ from, names }) => `const {${names.map(({ name, as }) => `${name}: ${as}`).join(', ')}} = ${load(from)};\n`).join('');
  const body = sections.map(({ code }) => code).join('');
  const withCalls = code => code.replace(dynamicImport, (_, name) => `Promise.resolve().then(() => ${load(name)})`).replace(/\bmoduleUrl\b/g, 'moduleUrl()');
  const minified = async code => finish(await minify(withCalls(code), lateNames));
  const late = sections.filter(section => section.wrap).map(async ({ code, wrap }) => wrap(await minified(code)));
  const early = sections.filter(section => !section.wrap).map(({ code }) => code);
  const url = /\bmoduleUrl\b/.test(body) ? moduleUrl : '';
  // What is late may be wanted as soon as the rest is run.
  return [await minify(head), url, ...(await Promise.all(late)), await minified(early.join(''))].join('');
}

/** The address of the script, in place of `import.meta.url`; it is rarely asked for and takes a moment to make. */
const moduleUrl = 'const moduleUrl=()=>process.getBuiltinModule("url").pathToFileURL(__filename).href;';

/** Names at the top stay as they are: they are those of classes, and others may ask for them. */
async function minify(script, define) {
  const { code } = await transform(script, {
    define,
    target: 'node20.19',
    // Of ASCII V8 keeps a byte a character, and there is nothing to convert.
    charset: 'ascii',
    minify: true,
    legalComments: 'none',
  });
  return code;
}

/** What others get of a chunk, as an expression. @param {Chunk} chunk */
export function exportsOf({ exports, getters = [] }) {
  return `{${[...exports.map(({ name, as }) => `${as}:${name}`), ...getters.map(({ value, as }) => `get ${as}(){return ${value}}`)].join()}}`;
}

function splitExports(code, modules) {
  const [statement, names] = exportStatement.exec(code) ?? [];
  const [defaultStatement, value] = defaultExport.exec(code) ?? [];
  const body = code.replace(statement ?? defaultStatement ?? '', '');
  const exports = statement ? namesOf(names) : value === undefined ? [] : [{ name: value, as: 'default' }];
  for (const { name } of exports) assertConstant(name, body);
  return { exports, sections: splitSections(body, modules) };
}

function splitSections(body, modules) {
  const sections = [{ module: undefined, code: '' }];
  for (const line of body.split(/(?<=\n)/)) {
    const name = /^\/\/ (.*)\n/.exec(line)?.[1];
    if (modules.has(name)) sections.push({ module: name, code: '' });
    else sections.at(-1).code += line;
  }
  return sections;
}

/** @param names as in `a, b as c` */
function namesOf(names) {
  return names.split(',').map(pair => {
    const [name, as = name] = pair.trim().split(' as ');
    return { name, as };
  });
}

function assertConstant(name, body) {
  if (new RegExp(`^(?:var|let) ${name.replaceAll('$', '\\$')};$`, 'm').test(body)) throw new Error(`${name} is exported and gets its value later.`);
}
