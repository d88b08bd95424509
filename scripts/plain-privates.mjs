/** What declares something begins in the first column. */
const statements = /^(?=(?:var|let|const|class|function\*?|async function\*?) )/m;
const declaration = /^(\s+(?:static |async |get |set |\*)*)#(\w+)(?=[(;\n]| =)/gm;
const use = /(?<=\.)#(\w+)/g;
/** Quotation marks may stand in a template, around what is put in. */
const text = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

let count = 0;

/**
 * Has the private members of our classes as members of a name that occurs nowhere else.
 *
 * V8 finds those faster, above all in code that it has not optimized, which is nearly all of a command's. Nobody could reach them anyway: nothing outside of a script sees its
 * classes, and no class has its instances listed by member.
 *
 * @param {readonly import('./common-js-chunks.mjs').Chunk[]} chunks
 */
export function withPlainPrivates(chunks) {
  return chunks.map(chunk => ({ ...chunk, sections: chunk.sections.map(section => (section.module?.startsWith('src/') ? plain(section) : section)) }));
}

function plain({ module, code, ...rest }) {
  return {
    ...rest,
    module,
    code: code
      .split(statements)
      .map(statement => plainStatement(module, statement))
      .join(''),
  };
}

/** @param statement at most one class is declared in it, so that a name means one member */
function plainStatement(module, statement) {
  if (!/#\w/.test(statement)) return statement;
  const suspect = statement.match(text)?.find(each => /\.#\w/.test(each) && !each.includes('${'));
  if (suspect !== undefined) throw new Error(`${module} has a text that looks like the use of a private member: ${suspect}`);
  const names = new Map();
  for (const [, kind, name] of statement.matchAll(declaration)) {
    const accessor = /\b[gs]et $/.exec(kind)?.[0] ?? '';
    const known = names.get(name);
    if (known && (accessor === '' || known.accessors.includes(accessor))) throw new Error(`${module} declares #${name} twice.`);
    if (known) known.accessors.push(accessor);
    else names.set(name, { as: `$${(count++).toString(36)}`, accessors: [accessor] });
  }
  const nameOf = name => {
    if (!names.has(name)) throw new Error(`${module} uses #${name}, and does not declare it.`);
    return names.get(name).as;
  };
  return statement.replace(declaration, (_, kind, name) => kind + nameOf(name)).replace(use, (_, name) => nameOf(name));
}
