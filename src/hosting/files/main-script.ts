import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/**
 * The directory of the program's main script, links followed; the working directory where there is no script, as in a REPL.
 *
 * It stands where .NET has `AppContext.BaseDirectory`.
 */
export function applicationBaseDirectory(script: string | undefined = process.argv[1]): string {
  const path = mainScript(script);
  if (path === undefined) return process.cwd();
  return statSync(path).isDirectory() ? path : dirname(path);
}

/** The name of the package that the main script belongs to, else the script's name without its extension, else an empty text. */
export function defaultApplicationName(script: string | undefined = process.argv[1]): string {
  const path = mainScript(script);
  if (path === undefined) return '';
  return packageName(applicationBaseDirectory(script)) ?? basename(path, extname(path));
}

/** What is called a script may be a directory, or lack its extension; after `node -e` it is the first argument of the program. */
function mainScript(script: string | undefined): string | undefined {
  if (!script) return undefined;
  for (const path of [script, `${script}.js`, `${script}.mjs`, `${script}.cjs`]) {
    try {
      return realpathSync(path);
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** A package.json without a name, as it stands in a directory of built files, is none. */
function packageName(directory: string): string | undefined {
  for (let current = directory, parent = dirname(current); ; current = parent, parent = dirname(current)) {
    const name = nameIn(join(current, 'package.json'));
    if (name !== undefined) return name;
    if (parent === current) return undefined;
  }
}

function nameIn(file: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
