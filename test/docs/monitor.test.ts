import type { AppHostSelectionReason, SocketState } from '../../src/backchannel/monitor/index.js';
import { defaultMonitorOptions } from '../../src/backchannel/monitor/monitor-options.js';
import { read } from './pages.js';

const page = read('docs/monitor.md');

/** The rows of the table below a heading: its cells, without marks of code. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ');
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim().replaceAll('`', ''));
  return text
    .split('\n')
    .filter(line => line.startsWith('|'))
    .slice(2)
    .map(cells);
}

describe('docs/monitor.md', () => {
  it('has every state of a socket, in the order in which they are entered', () => {
    const states: Record<SocketState, true> = {
      discovered: true,
      connecting: true,
      handshaking: true,
      connected: true,
      backingOff: true,
      orphaned: true,
      foreign: true,
      gone: true,
    };
    expect(rowsBelow('The states of a socket').map(([state]) => state)).toEqual(Object.keys(states));
  });

  it('has every reason of a selection', () => {
    const reasons: Record<AppHostSelectionReason, true> = {
      selected: true,
      selectedNotRunning: true,
      selectedNotResponding: true,
      onlyInScope: true,
      severalInScope: true,
      onlyOutOfScope: true,
      noneInScope: true,
      noneResponding: true,
      noneRunning: true,
    };
    expect(rowsBelow('Which AppHost').map(([reason]) => reason)).toEqual(Object.keys(reasons));
  });

  it('has every option with its default', () => {
    const said = Object.fromEntries(rowsBelow('Options').map(([option, , value]) => [option, value]));
    const words = {
      homeDirectory: "the user's home",
      workingDirectory: 'the working directory',
      random: 'Math.random',
      asksAhead: 'false',
      leavesConnectionsOpen: 'false',
      trustsOwnDirectories: 'false',
      wireLog: 'none',
      traceContext: 'none',
    };
    const numbers = Object.entries(defaultMonitorOptions('/home', '/work')).flatMap(([option, value]) =>
      typeof value === 'number' ? [[option, value.toLocaleString('en-US')]] : [],
    );
    expect(said).toEqual({ ...Object.fromEntries(numbers), ...words });
  });
});
