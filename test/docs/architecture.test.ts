import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { read } from './pages.js';

const page = read('docs/architecture.md');

describe('docs/architecture.md', () => {
  it.each(['hosting', 'backchannel', 'commands'])('lists the rooms that src/%s has', layer => {
    const block = new RegExp(`^  ${layer}/.*\n((?: {4}.*\n)+)`, 'm').exec(page)?.[1] ?? '';
    const listed = [...block.matchAll(/(?<= )([a-z-]+)\//g)].map(match => match[1]);
    const rooms = readdirSync(join(__dirname, '../../src', layer), { withFileTypes: true }).filter(entry => entry.isDirectory());
    expect(listed.sort()).toEqual(rooms.map(({ name }) => name).sort());
  });

  it('names every state of a socket', () => {
    const [, union = ''] = /export type SocketState = ([^;]+);/.exec(read('src/backchannel/monitor/auxiliary-backchannel-monitor-contract.ts')) ?? [];
    const states = [...union.matchAll(/'(\w+)'/g)].map(match => match[1]);
    expect([...page.matchAll(/^\| `(\w+)` +\| /gm)].map(match => match[1])).toEqual(expect.arrayContaining(states));
    expect(states).toContain('connected');
  });
});
