import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { SystemDirectoryNotifier } from '../../../src/hosting/files/index.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

// Real directories, real notifications.
expectNoLeaks();

function listen(directory: string) {
  const heard = { changes: [] as (string | undefined)[], moves: 0, losses: 0 };
  const handle = new SystemDirectoryNotifier().listen(directory, {
    onChange: name => heard.changes.push(name),
    onMoved: () => heard.moves++,
    onLost: () => heard.losses++,
  });
  return { heard, [Symbol.dispose]: () => handle[Symbol.dispose]() };
}

describe('SystemDirectoryNotifier', () => {
  it('tells which entry appeared, changed, was moved and disappeared', async () => {
    using folder = new TemporaryFolder({ old: '1' });
    using listening = listen(folder.path);
    const { heard } = listening;
    for (const [name, work] of [
      ['new', () => writeFileSync(folder.at('new'), '1')],
      ['old', () => writeFileSync(folder.at('old'), '2')],
      ['moved', () => renameSync(folder.at('old'), folder.at('moved'))],
      ['new', () => rmSync(folder.at('new'))],
    ] as const) {
      heard.changes.length = 0;
      work();
      await eventually(`${name} is told`, () => heard.changes.includes(name));
    }
    expect([heard.moves, heard.losses]).toEqual([0, 0]);
  });

  it.each([
    ['moved', (folder: TemporaryFolder) => renameSync(folder.at('x'), folder.at('y'))],
    ['removed', (folder: TemporaryFolder) => rmSync(folder.at('x'), { recursive: true })],
  ])('tells that the directory was %s', async (_, work) => {
    using folder = new TemporaryFolder();
    mkdirSync(folder.at('x'));
    using listening = listen(folder.at('x'));
    work(folder);
    await eventually('it is told', () => listening.heard.moves + listening.heard.losses > 0);
  });

  it('tells nothing once it is disposed, however often', async () => {
    using folder = new TemporaryFolder();
    const listening = listen(folder.path);
    writeFileSync(folder.at('a'), '1');
    listening[Symbol.dispose]();
    listening[Symbol.dispose]();
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(listening.heard.changes).toEqual([]);
  });

  it('does not listen to what does not exist', () => {
    using folder = new TemporaryFolder();
    expect(() => listen(folder.at('none'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
