import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pages, read } from './pages.js';

interface Quotation {
  readonly page: string;
  readonly example: string;
  readonly code: string;
}

/** The fences that stand behind a comment with the path of an example. */
function quotations(): readonly Quotation[] {
  const quotation = /<!-- (examples\/\S+) -->\n\n```\w+\n(.*?)```\n/gs;
  return pages().flatMap(page => [...read(page).matchAll(quotation)].map(([, example, code]) => ({ page, example: example!, code: code! })));
}

/** What a reader sees of an example: the file without the lines that tell CI how to run it. */
function withoutDirectives(source: string): string {
  return source.replace(/^(\/\/ (run|env|with|expect|signal|exit): .*\n)+/, '');
}

describe('README and docs', () => {
  it('name the commands that run the demo and the tests of a checkout', () => {
    expect(read('README.md')).toContain('```sh\nnpm ci && npm start\n```');
    expect(read('README.md')).toContain('```sh\nnpm ci && npm test\n```');
  });

  it('show the smallest service in the README', () => {
    expect(quotations()).toContainEqual(expect.objectContaining({ page: 'README.md', example: 'examples/heartbeat.ts' }));
  });

  it.each(quotations())('$page quotes $example as CI runs it', ({ example, code }) => {
    expect(code).toBe(withoutDirectives(read(example)));
  });

  it.each(pages())('%s links only to what exists', page => {
    const links = [...read(page).matchAll(/\]\((?!\w+:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => posix.join(posix.dirname(page), link!));
    expect(links.filter(link => !existsSync(join(__dirname, '../..', link)))).toEqual([]);
  });

  it.each(pages())('%s mentions only npm scripts that exist', page => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const mentioned = [...read(page).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(mentioned.filter(name => !(name in scripts))).toEqual([]);
  });
});
