import { transform } from 'esbuild';

const importStatement = /^import \{\n([^}]*)\} from "(\.\/[\w-]+\.js)";\n|^import "\.\/[\w-]+\.js";\n/;
const comment = /^(\/\/ .*|\s*)\n/;
const exportStatement = /^export \{\n([^}]*)\};\s*$/m;
const defaultExport = /^export default (.*);\s*$/m;

/**
 * An ES module of esbuild's that imports nothing but others of its kind, as a CommonJS script: Node loads that faster, and can be given the code that it compiled before.
 *
 * esbuild's own conversion makes every use of an import a call of a getter. Here an import is a constant, which is the same as long as no module changes what it exports
 * and none imports, by whatever way, itself.
 *
 * @param code not minified, with the statements where esbuild puts them: the imports first, the export last
 */
export async function toCommonJs(code) {
  const { head, body } = splitImports(code);
  const exported = exportsOf(body);
  const { code: script } = await transform(`"use strict";\n${head}${withModuleUrl(exported)}`, {
    target: 'node20.19',
    // Node reads a script of ASCII without converting it.
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
  });
  return script;
}

/** The imports as calls of `require`, and what follows them. */
function splitImports(code) {
  let head = '';
  let rest = code;
  for (;;) {
    const [skipped] = comment.exec(rest) ?? [''];
    rest = rest.slice(skipped.length);
    const found = importStatement.exec(rest);
    if (found) {
      const [statement, names, path] = found;
      // One without names is there for what the module does when it is loaded, and none does anything.
      if (names !== undefined) head += `const {${names.replaceAll(' as ', ': ')}} = require("${path}");\n`;
      rest = rest.slice(statement.length);
    } else if (skipped === '') return { head, body: rest };
  }
}

function exportsOf(body) {
  const [statement, names] = exportStatement.exec(body) ?? [];
  if (statement) {
    const pairs = names.split(',').map(pair => pair.trim().split(' as '));
    for (const [local] of pairs) assertConstant(local, body);
    return body.replace(exportStatement, () => `module.exports = {${pairs.map(([local, name = local]) => `${name}: ${local}`).join(', ')}};\n`);
  }
  return body.replace(defaultExport, (_, value) => `module.exports = {default: ${value}};\n`);
}

function assertConstant(name, body) {
  if (new RegExp(`^(?:var|let) ${name.replaceAll('$', '\\$')};$`, 'm').test(body)) throw new Error(`${name} is exported and gets its value later.`);
}

/** @param code where `import.meta.url` has become `moduleUrl`, which is rarely asked for and takes a moment to make */
function withModuleUrl(code) {
  const required = code.replace(/\bimport\("(\.\/[\w-]+\.js)"\)/g, (_, path) => `Promise.resolve().then(() => require("${path}"))`);
  if (!/\bmoduleUrl\b/.test(required)) return required;
  return `const moduleUrl = () => process.getBuiltinModule("url").pathToFileURL(__filename).href;\n${required.replace(/\bmoduleUrl\b/g, 'moduleUrl()')}`;
}
