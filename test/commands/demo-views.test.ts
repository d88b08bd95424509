import { stripVTControlCharacters } from 'node:util';
import type { IConsoleStream } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { readResourceSnapshot, type ResourceSnapshot } from '../../src/backchannel/contract/index.js';
import type { FeedEvent } from '../../src/commands/demo/app-host-feed.js';
import { LiveTableView } from '../../src/commands/demo/live-table-view.js';
import { uptime } from '../../src/commands/demo/resource-text.js';
import { expectNoLeaks } from '../support/leak-check.js';

class Terminal implements IConsoleStream {
  readonly isTerminal = true;
  columns = 80;
  rows = 24;
  written: string[] = [];
  resize = (): void => undefined;

  write(text: string): void {
    this.written.push(text);
  }

  onResize(listener: () => void): Disposable {
    this.resize = listener;
    return { [Symbol.dispose]: () => (this.resize = () => undefined) };
  }
}

const appHost = { path: '/w/shop.js', processId: 7 };
const resource = (members: object): ResourceSnapshot => readResourceSnapshot({ name: 'Orders', displayName: 'Orders', state: 'Running', ...members });
const changed = (members: object): FeedEvent => ({ kind: 'resourceChanged', appHost, resource: resource(members) });

describe('the live table', () => {
  expectNoLeaks();

  it('is drawn over the one before, and puts the cursor back', () => {
    const terminal = new Terminal();
    const time = new FakeTimeProvider();
    const view = new LiveTableView(terminal, time);
    view.show({ kind: 'appHostAppeared', appHost });
    view.show(changed({ healthStatus: 'Healthy', startedAt: '1999-12-31T23:59:00Z' }));
    time.advance(5_000);
    view.tick();
    const last = terminal.written.at(-1) ?? '';
    // Three rules, the header, one row and the hint: six lines back up.
    expect(last.startsWith('\u001b[6A\r\u001b[J┌')).toBe(true);
    expect(stripVTControlCharacters(last)).toContain('│ shop.js (7) │ Orders   │ Running │ Healthy │ 1m05s  │');
    view[Symbol.dispose]();
    expect([terminal.written[0], terminal.written.at(-1)]).toEqual(['\u001b[?25l', '\u001b[?25h']);
  });

  it('never draws more lines than the terminal has', () => {
    const terminal = new Terminal();
    terminal.rows = 6;
    using view = new LiveTableView(terminal, new FakeTimeProvider());
    view.show({ kind: 'appHostAppeared', appHost });
    for (const name of ['a', 'b', 'c', 'd', 'e']) view.show(changed({ name, displayName: name }));
    expect((terminal.written.at(-1) ?? '').split('\n')).toEqual([
      expect.anything(),
      expect.anything(),
      expect.anything(),
      expect.anything(),
      '… 6 more lines',
      '',
    ]);
  });

  it('is drawn anew when the terminal changes its size', () => {
    const terminal = new Terminal();
    using view = new LiveTableView(terminal, new FakeTimeProvider());
    view.show({ kind: 'appHostAppeared', appHost });
    view.show(changed({}));
    terminal.columns = 30;
    terminal.resize();
    expect((terminal.written.at(-1) ?? '').split('\n').map(line => line.length)).toContain(30);
  });

  it('takes an AppHost away when it is gone', () => {
    const terminal = new Terminal();
    using view = new LiveTableView(terminal, new FakeTimeProvider());
    view.show({ kind: 'appHostAppeared', appHost });
    view.show({ kind: 'appHostGone', appHost, reason: undefined });
    expect(terminal.written.at(-1)).toContain('Waiting for an AppHost...');
  });
});

describe('uptime', () => {
  const at = Date.parse('2026-01-01T02:00:00Z');

  it.each([
    [{ startedAt: '2026-01-01T01:59:18Z' }, '42s'],
    [{ startedAt: '2026-01-01T01:56:53Z' }, '3m07s'],
    [{ startedAt: '2026-01-01T00:58:00Z' }, '1h02m'],
    [{ startedAt: '2026-01-01T01:00:00Z', stoppedAt: '2026-01-01T01:00:09Z' }, '9s'],
    [{ startedAt: '2026-01-01T02:00:30Z' }, '0s'],
    [{}, '-'],
  ])('%j is %s', (members, expected) => expect(uptime(resource(members), at)).toBe(expected));
});
