import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FakeTimeProvider } from 'hostward/testing';
import { BoundedLog } from '../../../src/backchannel/apphost/logs/bounded-log.js';
import { LogBook, wireLogCategory } from '../../../src/backchannel/apphost/logs/log-book.js';
import { readAppHostLog } from '../../../src/backchannel/apphost/logs/read-app-host-log.js';
import { type LogQuery, readLogs } from '../../../src/backchannel/apphost/logs/read-logs.js';
import { ResourceLog } from '../../../src/backchannel/apphost/logs/resource-log.js';
import type { ResourceLogLine } from '../../../src/backchannel/contract/index.js';
import type { LogEntry } from '../../../src/hosting/logging/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { settle } from '../../support/settle.js';
import { createCatalog } from './catalog-scene.js';
import { FakeResource } from './fake-resource.js';

const never = new AbortController().signal;

function query(resources: readonly FakeResource[], rest: Partial<LogQuery> = {}): LogQuery {
  return { resources: () => resources, follow: false, ...rest };
}

async function collect(lines: AsyncIterable<ResourceLogLine>): Promise<string[]> {
  const found: string[] = [];
  for await (const { resourceName, lineNumber, content, isError } of lines) found.push(`${resourceName}#${lineNumber}${isError ? '!' : ''} ${content}`);
  return found;
}

/** `content` without its moment. */
async function texts(lines: AsyncIterable<ResourceLogLine>): Promise<string[]> {
  const found: string[] = [];
  for await (const { content } of lines) found.push(content.slice(29));
  return found;
}

function written(name: string, lines: readonly string[], options?: ConstructorParameters<typeof FakeResource>[2]): FakeResource {
  const resource = new FakeResource(name, {}, options);
  for (const [index, line] of lines.entries()) resource.log.write(line, index);
  return resource;
}

const manyLines = (count: number) => Array.from({ length: count }, (_, number) => `line ${number}`);

describe('a log of limited size', () => {
  it('drops the oldest lines beyond its number, and keeps counting', () => {
    const log = new ResourceLog({ maxLines: 3, maxCharacters: 1000 });
    for (const text of manyLines(10)) log.write(text, 0);
    expect([log.first, log.next, log.lines.map(({ number, text }) => `${number} ${text}`)]).toEqual([7, 10, ['7 line 7', '8 line 8', '9 line 9']]);
  });

  it('drops the oldest lines beyond its characters, but never the newest', () => {
    const log = new ResourceLog({ maxLines: 100, maxCharacters: 10 });
    for (const text of ['aaaa', 'bbbb', 'cccc', 'x'.repeat(50)]) {
      log.write(text, 0);
      expect(log.lines.length).toBeLessThanOrEqual(2);
    }
    expect(log.lines.map(({ text }) => text.length)).toEqual([50]);
  });

  it('gives slices by number', () => {
    const log = new BoundedLog<number>({ maxLines: 10, maxCharacters: 1e9 }, () => 1);
    for (let number = 0; number < 4_000; number++) log.push(number);
    expect([log.slice(0).length, log.slice(3995), log.slice(0, 3), log.slice(20_000)]).toEqual([10, [3995, 3996, 3997, 3998, 3999], [3990, 3991, 3992], []]);
  });

  it('lets go of what it has dropped', async () => {
    const log = new BoundedLog<object>({ maxLines: 10, maxCharacters: 1e9 }, () => 1);
    const items: WeakRef<object>[] = [];
    for (let number = 0; number < 50; number++) {
      const item = { number };
      items.push(new WeakRef(item));
      log.push(item);
    }
    // What a weak reference was made of in this turn stays until its end.
    await new Promise(resolve => setImmediate(resolve));
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    expect(items.filter(item => item.deref() !== undefined)).toHaveLength(10);
  });
});

describe('reading logs', () => {
  expectNoLeaks();

  it('brings what is kept and ends, numbered from 0, each line with its moment in seven decimals', async () => {
    const resource = new FakeResource('web');
    resource.log.write('one', Date.UTC(2026, 10, 22, 18, 44, 40, 976));
    resource.log.write('two\nlines', Date.UTC(2026, 10, 22, 18, 44, 41), true);
    expect(await collect(readLogs(query([resource]), never))).toEqual([
      'web#0 2026-11-22T18:44:40.9760000Z one',
      'web#1! 2026-11-22T18:44:41.0000000Z two\nlines',
    ]);
  });

  it('counts what is no longer kept', async () => {
    const resource = written('web', manyLines(10), { limits: { maxLines: 2, maxCharacters: 1000 } });
    expect((await collect(readLogs(query([resource]), never))).map(line => line.split(' ')[0])).toEqual(['web#8', 'web#9']);
  });

  it('does not take what comes while it reads, unless it follows', async () => {
    const resource = written('web', manyLines(600));
    const seen: string[] = [];
    for await (const { content } of readLogs(query([resource]), never)) {
      seen.push(content);
      if (seen.length === 10) resource.log.write('late', 0);
    }
    expect(seen).toHaveLength(600);
  });

  it('does not take what comes either when some of what it was to read is gone', async () => {
    const resource = written('web', manyLines(600), { limits: { maxLines: 600, maxCharacters: 1e6 } });
    const seen: string[] = [];
    for await (const { content } of readLogs(query([resource]), never)) {
      seen.push(content.slice(29));
      if (seen.length === 10) for (let late = 0; late < 500; late++) resource.log.write('late', 0);
    }
    expect(seen.slice(0, 256)).toEqual(manyLines(256));
    expect(seen.slice(256)).toEqual(['[sys] 244 lines are missing here: they were dropped before they were read.', ...manyLines(600).slice(500)]);
  });

  it('merges several resources in the order of time and keeps the order within each, also when the clock was set back', async () => {
    const [a, b] = [new FakeResource('a'), new FakeResource('b')];
    for (const [resource, text, time] of [
      [a, 'a1', 10],
      [b, 'b1', 5],
      [b, 'b2', 15],
      [a, 'a2', 20],
      [a, 'a3', 12],
      [b, 'b3', 17],
      [a, 'a4', 30],
    ] as const)
      resource.log.write(text, time);
    expect(await texts(readLogs(query([a, b]), never))).toEqual(['b1', 'a1', 'b2', 'b3', 'a2', 'a3', 'a4']);
  });

  it.each([1, 3, 40, 300])('merges the logs of %i resources completely and in order', async count => {
    const resources = Array.from({ length: count }, (_, index) => new FakeResource(`r${index}`));
    const total = 1500;
    for (let time = 0; time < total; time++) resources[(time * 7919) % count]!.log.write(String(time), time);
    const kept = resources.reduce((sum, { log }) => sum + log.lines.length, 0);
    const found = (await texts(readLogs(query(resources), never))).map(Number);
    expect(found).toHaveLength(kept);
    expect(found).toEqual([...found].sort((left, right) => left - right));
  });

  it('looks at each of many logs seldom, so that a line costs about the same however many there are', async () => {
    const resources = Array.from({ length: 300 }, (_, index) => new FakeResource(`r${index}`));
    for (let time = 0; time < 6000; time++) resources[time % 300]!.log.write(String(time), time);
    const looks = jest.spyOn(ResourceLog.prototype, 'slice');
    try {
      expect(await texts(readLogs(query(resources), never))).toHaveLength(6000);
      expect(looks.mock.calls.length).toBeLessThan(6000);
    } finally {
      looks.mockRestore();
    }
  });

  it('merges also what one says in between while another says much more', async () => {
    const [talker, quiet] = [new FakeResource('talker'), new FakeResource('quiet')];
    for (let time = 0; time < 900; time++) talker.log.write(String(time), time);
    for (const time of [0.5, 300.5, 899.5]) quiet.log.write(String(time), time);
    const found = (await texts(readLogs(query([quiet, talker]), never))).map(Number);
    expect(found).toHaveLength(903);
    expect(found).toEqual([...found].sort((left, right) => left - right));
  });

  it.each<[string, string, string[]]>([
    ['its text', 'GREEN', ['\u001b[32mgreen\u001b[0m line', 'green house']],
    ['its text without colours', 'green line', ['\u001b[32mgreen\u001b[0m line']],
    ['the name of the resource', 'WEB-', ['\u001b[32mgreen\u001b[0m line', 'red line', 'green house']],
    ['its moment', '1970-01-01T00:00:00.001', ['red line']],
    ['nothing', '', ['\u001b[32mgreen\u001b[0m line', 'red line', 'green house']],
    ['what is nowhere', 'blue', []],
  ])('finds a line by %s', async (_, search, expected) => {
    const resource = written('web-abc', ['\u001b[32mgreen\u001b[0m line', 'red line', 'green house']);
    expect(await texts(readLogs(query([resource], { search }), never))).toEqual(expected);
  });

  it('numbers lines before it searches', async () => {
    const resource = written('web', ['a', 'b', 'a']);
    expect((await collect(readLogs(query([resource], { search: 'a' }), never))).map(line => line.split(' ')[0])).toEqual(['web#0', 'web#2']);
  });

  it.each<[string, Partial<LogQuery>, number, string[]]>([
    ['the last lines', { tail: 2 }, 1, ['line 3', 'line 4']],
    ['the last of those that are found', { tail: 1, search: 'line 2' }, 1, ['line 2']],
    ['all when there are fewer', { tail: 100 }, 1, manyLines(5)],
    ['all for 0', { tail: 0 }, 1, manyLines(5)],
    ['all for a negative number', { tail: -1 }, 1, manyLines(5)],
    ['all of several resources', { tail: 1 }, 2, manyLines(5).flatMap(line => [line, line])],
  ])('brings with tail %s', async (_, rest, count, expected) => {
    const resources = Array.from({ length: count }, (_, index) => written(`r${index}`, manyLines(5)));
    expect(await texts(readLogs(query(resources, rest), never))).toEqual(expected);
  });

  describe('that follows', () => {
    /** Reads in the background until the signal fires. */
    function following(lines: AsyncIterable<ResourceLogLine>) {
      const seen: string[] = [];
      const ended = (async () => {
        for await (const { resourceName, lineNumber, content } of lines) seen.push(`${resourceName}#${lineNumber} ${content.slice(29)}`);
      })().catch((error: Error) => error);
      return { seen, ended };
    }

    async function untilRead(time: FakeTimeProvider, seen: readonly unknown[], count: number): Promise<void> {
      await settle(time, () => seen.length === count);
    }

    it('replays what is kept, numbered from 1, goes on with what comes, and ends with the signal only', async () => {
      const { time } = createCatalog();
      const resource = written('web', ['a', 'b']);
      const caller = new AbortController();
      const { seen, ended } = following(readLogs(query([resource], { follow: true, tail: 1 }), caller.signal));
      await untilRead(time, seen, 2);
      resource.log.write('c', 5);
      resource.state.update({ state: 'Finished' });
      resource.log.write('d', 6);
      await untilRead(time, seen, 4);
      expect(seen).toEqual(['web#1 a', 'web#2 b', 'web#3 c', 'web#4 d']);
      caller.abort();
      expect(await ended).toMatchObject({ name: 'AbortError' });
    });

    it('goes on with a resource that appears', async () => {
      const { time } = createCatalog();
      const resources = [written('a', ['a1'])];
      const listeners = new Set<() => void>();
      const onChange = (listener: () => void) => {
        listeners.add(listener);
        return { [Symbol.dispose]: () => void listeners.delete(listener) };
      };
      const caller = new AbortController();
      const { seen, ended } = following(readLogs({ resources: () => [...resources], onChange, follow: true }, caller.signal));
      await untilRead(time, seen, 1);
      resources.push(written('b', ['b1']));
      for (const listener of listeners) listener();
      await untilRead(time, seen, 2);
      resources[1]!.log.write('b2', 9);
      await untilRead(time, seen, 3);
      expect(seen).toEqual(['a#1 a1', 'b#1 b1', 'b#2 b2']);
      caller.abort();
      await ended;
      expect(listeners.size).toBe(0);
    });

    it('tells a reader that was too slow how many lines it has missed, also when it searches', async () => {
      const resource = written('web', ['a'], { limits: { maxLines: 3, maxCharacters: 1000 } });
      const reader = readLogs(query([resource], { follow: true, search: 'number' }), never);
      resource.log.write('number -1', 0);
      const read = async () => (await reader.next()).value as ResourceLogLine;
      expect((await read()).content).toContain('number -1');
      for (let number = 0; number < 10; number++) resource.log.write(`number ${number}`, number);
      expect([await read(), await read(), await read()].map(({ lineNumber, content, isError }) => [lineNumber, content.slice(29), isError])).toEqual([
        [9, '[sys] 7 lines are missing here: they were dropped before they were read.', true],
        [10, 'number 7', false],
        [11, 'number 8', false],
      ]);
      await reader.return();
    });

    it('holds nothing of the logs when it is left in the middle', async () => {
      const resource = written('web', ['a', 'b', 'c']);
      for await (const line of readLogs(query([resource], { follow: true }), never)) if (line.content.endsWith('b')) break;
      let calls = 0;
      using _listening = resource.log.onLine(() => calls++);
      resource.log.write('d', 0);
      expect(calls).toBe(1);
    });
  });
});

describe('the log book', () => {
  const entry = (category: string, message: string, rest: Partial<LogEntry> = {}): LogEntry => ({
    category,
    message,
    level: 'information',
    eventId: { id: 0 },
    template: message,
    values: [],
    scopes: [],
    error: undefined,
    timestamp: 0,
    ...rest,
  });

  it('gives a resource what its category has logged, also before anybody asked for it', () => {
    const book = new LogBook();
    book.write(entry('Api', 'early'));
    const log = book.logOf('Api');
    book.forgetOthers();
    book.write(entry('Api', 'late', { level: 'error', error: new Error('why') }));
    expect(log.lines.map(({ text, isError }) => [text.split('\n').slice(0, 2).join('|'), isError])).toEqual([
      ['early', false],
      ['late|Error: why', true],
    ]);
    expect(book.logOf('Api')).toBe(log);
  });

  it('keeps no categories that no resource asks for, once the resources are known', () => {
    const book = new LogBook();
    for (let number = 0; number < 1000; number++) book.write(entry(`category ${number}`, 'early'));
    expect([book.logOf('category 0').lines.length, book.logOf('category 999').lines.length]).toEqual([1, 0]);
    book.forgetOthers();
    book.write(entry('nobody', 'late'));
    expect(book.logOf('nobody').lines).toEqual([]);
  });

  it('cuts an entry that is longer than 65,536 characters', () => {
    const book = new LogBook();
    book.write(entry('Api', 'x'.repeat(100_000)));
    expect(book.logOf('Api').lines[0]!.text).toBe(`${'x'.repeat(65_536)}… (100000 characters)`);
    expect(book.entries.slice(0)[0]!.message).toHaveLength(65_536 + '… (100000 characters)'.length);
  });

  it('has the entries of all categories in the form of the wire', () => {
    const book = new LogBook();
    book.write(entry('Api', 'up', { eventId: { id: 7, name: 'Up' }, level: 'warning', timestamp: Date.UTC(2026, 0, 1) }));
    book.write(entry('Worker', 'down', { error: new Error('why') }));
    expect(book.entries.slice(0)).toEqual([
      { eventId: { id: 7, name: 'Up' }, logLevel: 3, message: 'up', timestamp: '2026-01-01T00:00:00.000Z', categoryName: 'Api' },
      { eventId: { id: 0, name: null }, logLevel: 2, message: 'down', timestamp: '1970-01-01T00:00:00.000Z', categoryName: 'Worker' },
    ]);
  });

  it('keeps nothing of the messages on the wire, which reading it would make more of', () => {
    const book = new LogBook();
    book.write(entry(wireLogCategory, 'received'));
    expect([book.entries.slice(0), book.logOf(wireLogCategory).lines]).toEqual([[], []]);
  });

  it('is replayed and followed, and tells a reader that was too slow how much it has missed', async () => {
    const book = new LogBook({ maxLines: 3, maxCharacters: 1000 });
    for (const message of ['a', 'b']) book.write(entry('Api', message));
    const reader = readAppHostLog(book.entries, never);
    const read = async () => (await reader.next()).value.message;
    expect([await read(), await read()]).toEqual(['a', 'b']);
    const pending = read();
    book.write(entry('Api', 'c'));
    expect(await pending).toBe('c');
    for (const message of ['d', 'e', 'f', 'g', 'h']) book.write(entry('Api', message));
    expect([await read(), await read(), await read(), await read()]).toEqual([
      '2 entries are missing here: they were dropped before they were read.',
      'f',
      'g',
      'h',
    ]);
    await reader.return(undefined as never);
  });

  it('ends a follower with the signal', async () => {
    const caller = new AbortController();
    const pending = readAppHostLog(new LogBook().entries, caller.signal).next();
    caller.abort();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
  });
});
