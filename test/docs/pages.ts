import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** The text of a file of the project. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** README.md and the pages in docs/, as paths from the root. */
export function pages(): readonly string[] {
  const names = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'));
  return ['README.md', ...names.sort().map(name => `docs/${name}`)];
}

/** Every source file below a folder, as paths from the root. */
export function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => `${folder}/${name}`);
}
