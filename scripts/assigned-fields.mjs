import { transform } from 'esbuild';

/** A class is declared in the first column, and ends there. */
const classes = /^(?:var \w+ = )?class\b[^\n]*\{\n(?:(?:[ \t][^\n]*)?\n)*?\}/gm;
const constructorOf = /^ {2}constructor\([^\n]*\{\n((?: {4}[^\n]*\n|\n)*)/m;
/** A field without a value. */
const emptyField = /^ {2}(?!static\b)([\w$]+);$/gm;
const header = /^(?:var (\w+) = )?class(?: (?!extends\b)(\w+))?(?: extends (\w+))?/;
const field = /^ {2}(?!static\b)([\w$]+)(?:;| = )/gm;
const accessor = /^ {2}[gs]et ([\w$]+)\(/gm;

/**
 * Has the fields of our classes assigned in their constructors, as TypeScript once did.
 *
 * V8 has a function for the fields of each class, which it calls with the constructor, and defines each field in a slower way than it assigns one. That is the same as long as
 * no class has a field of the name of an accessor that it inherits; `readonly name` of errors, which inherit a value, is no such thing.
 *
 * @param {readonly import('./common-js-chunks.mjs').Chunk[]} chunks
 */
export function withAssignedFields(chunks) {
  assertNoAccessorIsHidden(chunks.flatMap(({ sections }) => sections.filter(isOurs).flatMap(({ code }) => code.match(classes) ?? [])));
  return Promise.all(chunks.map(async chunk => ({ ...chunk, sections: await Promise.all(chunk.sections.map(withAssignments)) })));
}

async function withAssignments(section) {
  if (!isOurs(section)) return section;
  // Such fields would be left out: those that the constructor gives a value may be, the others would come later, each object in an order of its own.
  const source = section.code.replace(classes, text => {
    const assigned = constructorOf.exec(text)?.[1] ?? '';
    return text.replace(emptyField, (field, name) => (assigned.includes(`    this.${name} = `) ? field : `  ${name} = void 0;`));
  });
  const { code } = await transform(source, { loader: 'ts', target: 'node20.19', charset: 'utf8', legalComments: 'none', tsconfigRaw });
  return { ...section, code };
}

function isOurs({ module, code }) {
  return module?.startsWith('src/') && code.includes('class');
}

function assertNoAccessorIsHidden(texts) {
  const all = texts.map(text => {
    const [, variable, own, base] = header.exec(text);
    return { name: variable ?? own, base, fields: namesIn(text, field), accessors: namesIn(text, accessor) };
  });
  const byName = new Map(all.map(each => [each.name, each]));
  for (const { name, base, fields } of all) {
    for (let ancestor = byName.get(base); ancestor; ancestor = byName.get(ancestor.base)) {
      const hidden = fields.find(each => ancestor.accessors.includes(each));
      if (hidden !== undefined)
        throw new Error(`${name} has a field '${hidden}' for which ${ancestor.name}, that it extends, has an accessor: that would be called instead.`);
    }
  }
}

function namesIn(text, pattern) {
  return Array.from(text.matchAll(pattern), ([, name]) => name);
}

const tsconfigRaw = { compilerOptions: { useDefineForClassFields: false, verbatimModuleSyntax: true } };
