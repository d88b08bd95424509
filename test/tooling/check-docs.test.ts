import { join } from 'node:path';
import { runScript, temporaryFolder } from './programs.js';

const fence = (info: string, ...lines: readonly string[]) => ['```' + info, ...lines, '```', ''];

/** Checks one page; its lines with the page's name for its path. */
function checkPage(...lines: readonly string[]) {
  using folder = temporaryFolder({ 'page.md': lines.join('\n') });
  const { stdout, code } = runScript('check-docs.mjs', join(folder.path, 'page.md'));
  return {
    code,
    lines: stdout
      .trimEnd()
      .replaceAll(/\S*page\.md/g, 'page.md')
      .split('\n'),
  };
}

describe('check-docs', () => {
  it('checks each TypeScript fence as a module of its own', () => {
    const page = checkPage(
      '# Title',
      '',
      ...fence('ts', 'const a: number = 1;'),
      ...fence('ts', 'const a = await Promise.resolve();'),
      ...fence('sh', 'not ts'),
    );
    expect(page).toEqual({ code: 0, lines: ['ok     page.md:3', 'ok     page.md:7'] });
  });

  it('reports an error at its place in the page', () => {
    const page = checkPage('# Title', ...fence('ts', '', "const a: number = 'one';"));
    expect(page.code).toBe(1);
    expect(page.lines).toEqual(['FAILED page.md:2', expect.stringMatching(/^ +line 4, column 7: TS2322: /)]);
  });

  it('lets a continued fence see the one before it, and leaves fragments alone', () => {
    const page = checkPage(...fence('ts', 'const a = 1;'), ...fence('ts fragment', 'nonsense ('), ...fence('ts continued', 'export const b: number = a;'));
    expect(page).toEqual({ code: 0, lines: ['ok     page.md:1', 'ok     page.md:9'] });
  });

  it('checks against the types of packages that the fences import', () => {
    const page = checkPage(...fence('ts', "import type { Instant } from '@js-joda/core';", 'export const f = (at: Instant): number => at.toEpochMilli();'));
    expect(page.lines).toEqual(['ok     page.md:1']);
  });
});
