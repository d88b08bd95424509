import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Snippet {
  readonly path: string;
  readonly code: string;
}

interface Problem {
  readonly rule: string | null;
  readonly message: string;
}

const importsOf = (specifier: string) => ({
  'an import': `import { x } from '${specifier}';\nexport const y = x;`,
  'a type import': `import type { X } from '${specifier}';\nexport type Y = X;`,
  'an inline type': `export type Y = import('${specifier}').X;`,
  'a re-export': `export * from '${specifier}';`,
  'a named re-export': `export { x } from '${specifier}';`,
  'a dynamic import': `export const y = () => import('${specifier}');`,
});

/** path of the importing file, what it imports */
const forbiddenImports: readonly (readonly [path: string, specifier: string])[] = [
  // direction of the layers
  ['src/hosting/host.ts', '../backchannel/index.js'],
  ['src/hosting/host.ts', '../commands/main.js'],
  ['src/hosting/time/delay.ts', '../../backchannel/rpc/index.js'],
  ['src/backchannel/monitor/monitor.ts', '../../commands/cli-execution-context.js'],
  ['src/index.ts', './commands/main.js'],
  ['src/hosting/host.ts', '../index.js'],
  ['src/backchannel/index.ts', '../index.js'],
  // the lower rooms of hosting
  ['src/hosting/primitives/errors.ts', '../time/index.js'],
  ['src/hosting/primitives/errors.ts', '../host.js'],
  ['src/hosting/primitives/errors.ts', '../logging/index.js'],
  ['src/hosting/time/delay.ts', '../dependency-injection/index.js'],
  ['src/hosting/time/delay.ts', '../host-options.js'],
  ['src/hosting/dependency-injection/service-provider.ts', '../logging/index.js'],
  ['src/hosting/dependency-injection/service-provider.ts', '../host.js'],
  ['src/hosting/dependency-injection/service-provider.ts', '../console.js'],
  ['src/hosting/dependency-injection/service-provider.ts', '../configuration/index.js'],
  ['src/hosting/dependency-injection/service-provider.ts', '../options/index.js'],
  ['src/hosting/configuration/binder.ts', '../options/index.js'],
  ['src/hosting/options/options.ts', '../logging/index.js'],
  ['src/hosting/logging/logger.ts', '../lifetimes/index.js'],
  ['src/hosting/logging/deep/er/logger.ts', '../../../host.js'],
  // testing is for tests
  ['src/hosting/host.ts', './testing/index.js'],
  ['src/hosting/index.ts', './testing/index.js'],
  ['src/backchannel/monitor/monitor.ts', '../../hosting/testing/fake-time-provider.js'],
  ['src/commands/main.ts', '../hosting/testing/index.js'],
  // owned packages
  ['src/hosting/host-application-builder.ts', 'inversify'],
  ['src/hosting/logging/logger.ts', '@inversifyjs/core'],
  ['src/index.ts', 'reflect-metadata'],
  ['src/backchannel/client/connection.ts', 'vscode-jsonrpc'],
  ['src/hosting/host.ts', 'vscode-jsonrpc/node'],
  ['src/commands/ps/ps.ts', '@modelcontextprotocol/sdk/server/index.js'],
  ['src/hosting/host.ts', 'commander'],
  ['src/backchannel/apphost/app-host.ts', 'commander'],
  // timers that no fake clock drives
  ['src/backchannel/monitor/monitor.ts', 'node:timers/promises'],
  ['src/commands/wait/wait.ts', 'timers/promises'],
  ['src/hosting/logging/logger.ts', 'node:timers'],
  // by name, by path
  ['src/hosting/host.ts', 'hostward/testing'],
  ['src/hosting/host.ts', '../../test/support/leaks.js'],
  ['examples/heartbeat.ts', '../src/index.js'],
];

const allowedImports: readonly (readonly [path: string, specifier: string])[] = [
  ['src/commands/ps/ps.ts', '../../backchannel/index.js'],
  ['src/commands/ps/ps.ts', '../../hosting/index.js'],
  ['src/commands/ps/ps.ts', '../output/table.js'],
  ['src/commands/main.ts', './cli-execution-context.js'],
  ['src/backchannel/monitor/monitor.ts', '../../hosting/time/index.js'],
  ['src/backchannel/monitor/monitor.ts', '../client/connection.js'],
  ['src/index.ts', './hosting/index.js'],
  ['src/hosting/primitives/abort.ts', './errors.js'],
  ['src/hosting/time/delay.ts', '../primitives/index.js'],
  ['src/hosting/dependency-injection/service-provider.ts', '../primitives/errors.js'],
  ['src/hosting/dependency-injection/service-provider.ts', '../time/index.js'],
  ['src/hosting/dependency-injection/service-collection.ts', '../hosted-service.js'],
  ['src/hosting/dependency-injection/service-collection.ts', '../options/options-declaration.js'],
  ['src/hosting/logging/console-logger.ts', '../console.js'],
  ['src/backchannel/apphost/app-host.ts', '../../version.js'],
  ['src/commands/main.ts', '../version.js'],
  ['src/hosting/configuration/binder.ts', '../dependency-injection/index.js'],
  ['src/hosting/options/options.ts', '../configuration/index.js'],
  ['src/hosting/logging/logger.ts', '../options/index.js'],
  ['src/hosting/lifetimes/console-lifetime.ts', '../host-application-lifetime.js'],
  ['src/hosting/lifetimes/console-lifetime.ts', '../logging/index.js'],
  ['src/hosting/host.ts', './lifetimes/index.js'],
  ['src/hosting/testing/test-host.ts', '../host.js'],
  ['src/hosting/testing/test-host.ts', './fake-time-provider.js'],
  ['src/hosting/dependency-injection/service-provider.ts', 'inversify'],
  ['src/hosting/dependency-injection/service-provider.ts', '@inversifyjs/core'],
  ['src/backchannel/rpc/connection.ts', 'vscode-jsonrpc/node'],
  ['src/commands/mcp/server.ts', '@modelcontextprotocol/sdk/server/index.js'],
  ['src/commands/main.ts', 'commander'],
  ['src/hosting/time/joda.ts', '@js-joda/core'],
  ['src/hosting/host.ts', 'node:fs/promises'],
  ['src/commands/demo/apphosts/shop.ts', 'hostward/apphost'],
  ['examples/heartbeat.ts', 'hostward'],
  ['test/hosting/host.test.ts', '../../src/hosting/testing/index.js'],
  ['test/hosting/host.test.ts', 'inversify'],
];

const clockReaders = [
  'export const f = () => setTimeout(() => {}, 1);',
  'export const f = () => globalThis.setTimeout(() => {}, 1);',
  'export const f = () => setInterval(() => {}, 1);',
  'export const f = () => setImmediate(() => {});',
  'export const f = setTimeout;',
  'export const f = () => Date.now();',
  "export const f = () => Date['now']();",
  'export const f = () => new Date();',
  'export const f = () => new globalThis.Date();',
  'export const f = () => Date();',
  'export const f = () => performance.now();',
  "import { performance } from 'node:perf_hooks';\nexport const f = () => performance.now();",
  'export const f = () => process.hrtime.bigint();',
  'export const f = () => AbortSignal.timeout(1);',
];

const clockless = [
  'export const f = (text: string) => new Date(text);',
  'export const f = (at: number) => Date.UTC(at, 0);',
  'export const f = (setTimeout: () => void) => setTimeout();',
  'export const f = (timer: NodeJS.Timeout) => clearTimeout(timer);',
  'export const f = (signals: AbortSignal[]) => AbortSignal.any(signals);',
  'export const f = (clock: { now(): number }) => clock.now();',
  'export type Handle = ReturnType<typeof setTimeout>;',
];

const room = 'src/backchannel/monitor/monitor.ts';

/** A title and the snippets that it is true of. */
interface Case {
  readonly title: string;
  readonly snippets: readonly Snippet[];
}

const one = (title: string, path: string, code: string): Case => ({ title: title.replaceAll('\n', ' '), snippets: [{ path, code }] });

const inEveryForm = (path: string, specifier: string): Case => ({
  title: `${path} imports ${specifier}`,
  snippets: Object.values(importsOf(specifier)).map(code => ({ path, code })),
});

const forbidden: Record<string, readonly Case[]> = {
  'rooms/imports': [
    ...forbiddenImports.map(([path, specifier]) => inEveryForm(path, specifier)),
    one('js-joda as a value outside time', 'src/hosting/host.ts', importsOf('@js-joda/core')['an import']),
    one('js-joda loaded on demand outside time', 'src/hosting/host.ts', importsOf('@js-joda/core')['a dynamic import']),
    one('an inline type of js-joda, which loads it', 'src/hosting/host.ts', "import { type Instant } from '@js-joda/core';\nexport type I = Instant;"),
    one(
      'a required package',
      'src/hosting/host.ts',
      "import { createRequire } from 'node:module';\nexport const f = () => createRequire(import.meta.url)('inversify');",
    ),
  ],
  'rooms/clock': [
    ...clockReaders.map(code => one(code, room, code)),
    one('setImmediate in the fake clock', 'src/hosting/testing/firing-loop.ts', 'export const f = () => setImmediate(() => {});'),
  ],
  'rooms/declarations-only': [
    one('a module-level let', room, 'let count = 0;\nexport const next = () => ++count;'),
    one('an exported let', room, 'export let current: string;'),
    one('a module-level var', room, 'var old = 1;\nexport { old };'),
    one('a call at import', room, 'console.log();'),
    one('a branch at import', room, 'if (1) {}'),
  ],
};

const allowed: readonly Case[] = [
  ...allowedImports.map(([path, specifier]) => inEveryForm(path, specifier)),
  one('a type of js-joda anywhere', 'src/hosting/host.ts', importsOf('@js-joda/core')['a type import']),
  one('an inline import type of js-joda anywhere', 'src/hosting/host.ts', importsOf('@js-joda/core')['an inline type']),
  ...clockless.map(code => one(code, room, code)),
  ...clockReaders.map(code => one(`in src/hosting/time: ${code}`, 'src/hosting/time/system.ts', code)),
  one('a clock in a test', 'test/time.test.ts', clockReaders.at(-1) ?? ''),
  one('a variable of a function', room, 'export function f() {\n  let count = 0;\n  return () => ++count;\n}'),
  one('the module that loads js-joda', 'src/hosting/time/joda.ts', 'let loaded: unknown;\nexport const f = () => (loaded ??= 1);'),
  one('the entry point of the CLI', 'src/commands/main.ts', 'await Promise.resolve();'),
  one('a directive', room, "'use strict';"),
];

describe('the rooms of src', () => {
  const problems = new Map<Snippet, Problem[]>();
  const rulesIn = (snippet: Snippet) => problems.get(snippet)?.map(problem => problem.rule);

  beforeAll(() => {
    const snippets = [...Object.values(forbidden).flat(), ...allowed].flatMap(({ snippets }) => snippets);
    for (const [index, found] of lint(snippets).entries()) problems.set(snippets[index]!, found);
  }, 60_000);

  describe.each(Object.entries(forbidden))('%s objects to', (rule, cases) => {
    it.each(cases)('$title', ({ snippets }) => {
      for (const snippet of snippets) expect([snippet.code, rulesIn(snippet)]).toEqual([snippet.code, expect.arrayContaining([rule])]);
    });
  });

  describe('no rule objects to', () => {
    it.each(allowed)('$title', ({ snippets }) => {
      for (const snippet of snippets) expect(rulesIn(snippet)?.filter(rule => !rule || rule.startsWith('rooms/'))).toEqual([]);
    });
  });

  it('names the rooms in its message', () => {
    const [found] = lint([{ path: 'src/hosting/time/delay.ts', code: "export * from '../logging/index.js';" }]);
    expect(found).toEqual([{ rule: 'rooms/imports', message: "'../logging/index.js': src/hosting/time may not import src/hosting/logging." }]);
  });
});

/** Lints with the project's own configuration; the problems of each snippet, in order. */
function lint(snippets: readonly Snippet[]): Problem[][] {
  const root = join(__dirname, '../..');
  const child = spawnSync(process.execPath, ['test/tooling/lint-snippets.mjs'], { cwd: root, input: JSON.stringify(snippets), encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`The linter failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as Problem[][];
}
