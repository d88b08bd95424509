import { ConfigurationManager, onChange } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { RecordingSource } from './recording-source.js';

expectNoLeaks();

function watched(): { manager: ConfigurationManager; changes: jest.Mock; stop: Disposable } {
  const manager = new ConfigurationManager();
  const changes = jest.fn();
  return { manager, changes, stop: onChange(() => manager.getReloadToken(), changes) };
}

describe('a configuration manager', () => {
  it('can be read at once, is its own configuration, and takes values from the beginning', () => {
    const manager = new ConfigurationManager();
    manager.set('a', '1');
    expect([manager.get('a'), manager.providers.length, manager.build() === manager]).toEqual(['1', 1, true]);
    expect(manager.addInMemoryCollection({ a: '2' }).get('a')).toBe('2');
  });

  it('loads only what is added, and tells once', () => {
    const { manager, changes, stop } = watched();
    const [first, second] = [new RecordingSource('first'), new RecordingSource('second')];
    manager.add(first).add(second);
    expect([changes.mock.calls.length, first.trace, second.trace]).toEqual([2, ['loaded'], ['loaded']]);
    stop[Symbol.dispose]();
  });

  it.each([
    ['inserted', (manager: ConfigurationManager) => manager.insert(0, new RecordingSource('new'))],
    ['removed', (manager: ConfigurationManager) => manager.removeAt(0)],
    ['given a property', (manager: ConfigurationManager) => void manager.properties.set('key', 'value')],
  ])('builds all sources anew when one is %s, disposes the old ones, and tells once', (_what, change) => {
    const { manager, changes, stop } = watched();
    const source = new RecordingSource('source', { data: { a: '1' } });
    manager.add(source).set('a', 'set');
    change(manager);
    expect(source.trace).toEqual(['loaded', 'loaded', 'disposed']);
    expect([manager.get('a'), changes.mock.calls.length]).toEqual(['1', 2]);
    stop[Symbol.dispose]();
  });

  it('has nothing left when it is cleared', () => {
    const { manager, changes, stop } = watched();
    manager.set('a', '1');
    manager.clear();
    expect([manager.get('a'), manager.sources, changes.mock.calls.length]).toEqual([undefined, [], 1]);
    expect(() => manager.set('a', '1')).toThrow('A configuration source is not registered.');
    stop[Symbol.dispose]();
  });

  it('is as it was after a source that could not be added', () => {
    const { manager, changes, stop } = watched();
    const broken = new RecordingSource('broken');
    broken.loadFailure = 'no such file';
    manager.set('a', '1');
    for (const change of [() => manager.add(broken), () => manager.insert(0, broken)]) expect(change).toThrow('no such file');
    expect(broken.trace).toEqual(['loaded', 'disposed', 'loaded', 'disposed']);
    expect([manager.get('a'), manager.sources.length, manager.providers.length, changes.mock.calls.length]).toEqual(['1', 1, 1, 0]);
    stop[Symbol.dispose]();
  });

  it('tells of the change also when an old provider cannot be disposed', () => {
    const { manager, changes, stop } = watched();
    manager.add(new RecordingSource('stuck', { disposalFailure: 'stuck' }));
    expect(() => manager.removeAt(1)).toThrow('stuck');
    expect([manager.sources.length, changes.mock.calls.length]).toEqual([1, 2]);
    stop[Symbol.dispose]();
  });

  it('waits at its end for what it has given up before, and reports what failed', async () => {
    const slow = new RecordingSource('slow', { disposal: 'async' });
    const manager = new ConfigurationManager().add(slow).add(new RecordingSource('stuck', { disposal: 'async', disposalFailure: 'stuck' }));
    manager.removeAt(2).removeAt(1);
    await expect(manager[Symbol.asyncDispose]()).rejects.toThrow('stuck');
    expect(slow.trace).toEqual(['loaded', 'loaded', 'disposed in time', 'disposed in time']);
    await manager[Symbol.asyncDispose]();
  });

  it('takes nothing more once it is disposed', () => {
    const manager = new ConfigurationManager();
    manager[Symbol.dispose]();
    const source = new RecordingSource('late');
    for (const change of [() => manager.add(source), () => manager.insert(0, source), () => manager.clear()])
      expect(change).toThrow(expect.objectContaining({ code: 'ERR_OBJECT_DISPOSED' }) as Error);
    expect(source.trace).toEqual([]);
  });

  it('listens to its sources, also to those that came in anew', () => {
    const { manager, changes, stop } = watched();
    const source = new RecordingSource('changing');
    manager.add(source).insert(0, new RecordingSource('other'));
    source.providers[0]!.change({ a: 'of one that was replaced' });
    expect([manager.get('a'), changes.mock.calls.length]).toEqual([undefined, 2]);
    source.change({ a: '2' });
    expect([manager.get('a'), changes.mock.calls.length]).toEqual(['2', 3]);
    manager[Symbol.dispose]();
    stop[Symbol.dispose]();
  });
});
