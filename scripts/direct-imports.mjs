import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const importFromIndex = /^import \{([^}]*)\} from '(\.[^']*\/index\.js)';$/gm;
const exportFrom = /^export (?:(type) )?(?:\{([^}]*)\}|\*) from '([^']+)';$/gm;

/**
 * Has each name imported from the module that declares it, not from the index of its folder.
 *
 * To esbuild, whatever an index mentions is needed by everyone who imports something from it, and so all of it would be in what is always loaded.
 */
export function directImports() {
  const exportsOf = indexReader();
  return {
    name: 'direct-imports',
    setup(esbuild) {
      const source = join(esbuild.initialOptions.absWorkingDir, 'src');
      esbuild.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!path.startsWith(source + sep)) return undefined;
        const contents = readFileSync(path, 'utf8').replace(importFromIndex, (statement, names, from) => {
          const exported = exportsOf(fileOf(path, from));
          return specifiers(names)
            .filter(({ isType }) => !isType)
            .map(({ name, as }) => {
              const declared = exported.get(name);
              if (!declared) throw new Error(`${path}: ${name} is not exported by ${from}.`);
              return `import { ${declared.name} as ${as} } from '${pathBetween(path, declared.file)}';`;
            })
            .join(' ');
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** What an index exports, each with the module that declares it, by name; read once for all who import it. */
function indexReader() {
  const known = new Map();
  return function exportsOf(index) {
    if (known.has(index)) return known.get(index);
    const exported = new Map();
    known.set(index, exported);
    for (const [, type, names, from] of readFileSync(index, 'utf8').matchAll(exportFrom)) {
      const file = fileOf(index, from);
      const below = file.endsWith(`${sep}index.ts`) ? exportsOf(file) : undefined;
      if (names === undefined) for (const [name, declared] of below ?? []) exported.set(name, declared);
      else if (!type)
        for (const { name, as, isType } of specifiers(names)) {
          if (!isType) exported.set(as, below?.get(name) ?? { name, file });
        }
    }
    return exported;
  };
}

/** @param names as in `a, b as c, type d` */
function specifiers(names) {
  return names
    .split(',')
    .map(text => text.trim())
    .filter(Boolean)
    .map(text => {
      const [, isType, name, as = name] = /^(type )?(\w+)(?: as (\w+))?$/.exec(text);
      return { name, as, isType: isType !== undefined };
    });
}

function fileOf(importer, from) {
  const path = join(dirname(importer), from.replace(/\.js$/, '.ts'));
  if (!existsSync(path)) throw new Error(`${importer} names ${from}, and there is none.`);
  return path;
}

function pathBetween(importer, file) {
  return `./${relative(dirname(importer), file).split(sep).join('/')}`.replace(/\.ts$/, '.js');
}
