import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { relative } from 'node:path';
import fc from 'fast-check';
import { isInScope, resolveAppHostPath, ScopeJudge } from '../../../src/backchannel/naming/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';
import { GitCheckouts } from './git-checkouts.js';
import { plant, randomPath, randomTree } from './random-trees.js';

expectNoLeaks();

/** Within a burst no time passes. */
const time = new FakeTimeProvider();

describe('ScopeJudge', () => {
  it('says of every AppHost what isInScope says, in any tree of links and checkouts', () => {
    const questions = fc.array(fc.tuple(randomPath, randomPath), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(randomTree, randomPath, questions, (tree, directory, paths) => {
        using folder = new TemporaryFolder();
        plant(folder, tree);
        const judge = new ScopeJudge(folder.at(directory), { timeProvider: time });
        const asked = paths.flat().map(each => folder.at(each));
        const said = asked.map(path => [path, judge.resolveAppHostPath(path), judge.isInScope(path)]);
        expect(said).toEqual(asked.map(path => [path, resolveAppHostPath(path), isInScope(path, folder.at(directory))]));
      }),
      { numRuns: 200 },
    );
  });

  it('says the same of what leads nowhere, in circles, or through too many links', () => {
    using folder = new TemporaryFolder({ 'repo/apphost.ts': '' });
    symlinkSync(folder.at('gone/further'), folder.at('broken'));
    symlinkSync(folder.at('round'), folder.at('round'));
    symlinkSync(folder.at('repo'), folder.at('link0'));
    for (let index = 1; index <= 60; index++) symlinkSync(folder.at(`link${index - 1}`), folder.at(`link${index}`));
    const judge = new ScopeJudge(folder.path, { timeProvider: time });
    const paths = [
      'broken',
      'broken/x',
      'broken/x/y',
      'round',
      'round/x',
      'link39/apphost.ts',
      'link45',
      'link45/apphost.ts',
      'link60/apphost.ts',
      'link60/a/b',
      'repo/apphost.ts/x',
    ];
    const said = [...paths, ...paths].map(path => [path, judge.resolveAppHostPath(folder.at(path)), judge.isInScope(folder.at(path))]);
    expect(said).toEqual([...paths, ...paths].map(path => [path, resolveAppHostPath(folder.at(path)), isInScope(folder.at(path), folder.path)]));
  });

  it('says the same below links within links that the system does not follow to an end', () => {
    using folder = new TemporaryFolder({ 'y/file': '' });
    mkdirSync(folder.at('base', ...Array<string>(50).fill('sub')), { recursive: true });
    symlinkSync(folder.at('base'), folder.at('link0'));
    for (let index = 1; index <= 50; index++) symlinkSync(folder.at(`link${index - 1}/sub`), folder.at(`link${index}`));
    symlinkSync(`${'../'.repeat(42)}y`, folder.at('base', ...Array<string>(50).fill('sub'), 'x'));
    const judge = new ScopeJudge(folder.path, { timeProvider: time });
    const paths = ['link50', 'link50/x', 'link50/x/file'].map(path => folder.at(path));
    expect(paths.map(path => judge.resolveAppHostPath(path))).toEqual(paths.map(path => resolveAppHostPath(path)));
    expect(resolveAppHostPath(folder.at('link50/x'))).toBe(folder.at('y'));
  });

  it.each([null, undefined, '', 'apphost.ts', '/a\0b', '/\ud800/x', `/${'x'.repeat(100_000)}`, '/x'.repeat(100_000)])(
    'takes any path that a peer may report (%#)',
    path => {
      const judge = new ScopeJudge('/', { timeProvider: time });
      expect([judge.isInScope(path), judge.resolveAppHostPath(path)]).toEqual([isInScope(path, '/'), resolveAppHostPath(path)]);
    },
  );

  it('takes a working directory as it is given, relative or through links', () => {
    using folder = new TemporaryFolder({ 'repo/apphost.ts': '' });
    symlinkSync(folder.at('repo'), folder.at('link'));
    const directories = [folder.at('link'), relative(process.cwd(), folder.at('repo')), `${folder.at('repo')}/../link/`];
    expect(directories.map(directory => new ScopeJudge(directory).isInScope(folder.at('repo/apphost.ts')))).toEqual([true, true, true]);
  });

  it('distinguishes letter case on Linux only', () => {
    using folder = new TemporaryFolder({ 'repo/x.ts': '' });
    const said = (['linux', 'darwin', 'win32'] as const).map(platform => new ScopeJudge(folder.at('repo'), { platform }).isInScope(folder.at('REPO/x.ts')));
    expect(said).toEqual([false, true, true]);
  });

  it('believes what it has seen for as long as its memory spans, and no longer', () => {
    using folder = new TemporaryFolder({ 'repo/app/apphost.ts': '' });
    const git = new GitCheckouts(folder);
    const clock = new FakeTimeProvider();
    git.clone('repo');
    const judge = new ScopeJudge(folder.at('repo'), { timeProvider: clock, memorySpan: 500 });
    const ask = (milliseconds: number) => {
      clock.advance(milliseconds);
      return judge.isInScope(folder.at('repo/app/apphost.ts'));
    };
    const seen = [ask(0)];
    git.clone('repo/app');
    seen.push(ask(499), ask(1));
    rmSync(folder.at('repo/app/.git'), { recursive: true });
    // Counted from what was seen first, not from the last question.
    seen.push(ask(300), ask(199), ask(1));
    expect(seen).toEqual([true, true, false, false, false, true]);
  });

  it('remembers the links of a path no longer than that, either', () => {
    using folder = new TemporaryFolder();
    const clock = new FakeTimeProvider();
    for (const name of ['one', 'two']) mkdirSync(folder.at(name));
    const judge = new ScopeJudge(folder.at('one'), { timeProvider: clock });
    symlinkSync(folder.at('one'), folder.at('current'));
    const seen = [judge.resolveAppHostPath(folder.at('current/apphost.ts'))];
    rmSync(folder.at('current'));
    symlinkSync(folder.at('two'), folder.at('current'));
    clock.advance(1_000);
    seen.push(judge.resolveAppHostPath(folder.at('current/apphost.ts')));
    expect(seen).toEqual([folder.at('one/apphost.ts'), folder.at('two/apphost.ts')]);
  });

  it('forgets before that rather than grow without end', () => {
    using folder = new TemporaryFolder();
    for (const name of ['one', 'two']) mkdirSync(folder.at(name));
    const judge = new ScopeJudge(folder.path, { timeProvider: time });
    symlinkSync(folder.at('one'), folder.at('current'));
    const ask = () => judge.resolveAppHostPath(folder.at('current/apphost.ts'));
    const seen = [ask()];
    rmSync(folder.at('current'));
    symlinkSync(folder.at('two'), folder.at('current'));
    seen.push(ask());
    for (let index = 0; index < 20_000; index++) judge.resolveAppHostPath(folder.at(`gone/${index}`));
    expect([...seen, ask()]).toEqual(['one', 'one', 'two'].map(name => folder.at(name, 'apphost.ts')));
  });
});
