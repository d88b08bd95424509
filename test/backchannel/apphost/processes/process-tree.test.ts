import { treeOf } from '../../../../src/backchannel/apphost/processes/process-tree.js';
import type { ProcessEntry } from '../../../../src/backchannel/naming/process-snapshot.js';
import { expectNoLeaks } from '../../../support/leak-check.js';

expectNoLeaks();

/** One process: `pid parent group session`, started at its own number unless said otherwise. */
function entry(text: string, startedAt?: string): ProcessEntry {
  const [pid = 0, parent = 0, group = 0, session = 0] = text.split(' ').map(Number);
  return { pid, parent, group, session, startedAt: startedAt ?? String(pid) };
}

const root = { pid: 100, startedAt: '100' };
const pidsOf = (all: readonly ProcessEntry[], known: readonly { pid: number; startedAt: string }[] = []) => treeOf(root, known, all).map(({ pid }) => pid);

describe('the tree of a process', () => {
  it('has its descendants, also in groups and sessions of their own, and nobody else', () => {
    const all = ['1 0 1 1', '50 1 50 50', '100 50 100 100', '101 100 100 100', '102 101 102 102', '103 102 103 102', '200 50 200 50'].map(text => entry(text));
    expect(pidsOf(all)).toEqual([100, 101, 102, 103]);
  });

  it('has those of its group and session whose ancestors are gone', () => {
    expect(pidsOf(['1 0 1 1', '101 1 100 100', '102 1 102 100', '103 102 103 103', '104 1 104 104'].map(text => entry(text)))).toEqual([101, 102, 103]);
  });

  it('has what was seen before, unless another process has its number', () => {
    const all = [entry('100 50 100 100'), entry('300 1 300 300'), entry('301 300 301 301'), entry('400 1 400 400', 'later')];
    const known = [entry('300 100 300 300'), entry('400 100 400 400')];
    expect(pidsOf(all, known)).toEqual([100, 300, 301]);
  });

  it('is empty when the number of the process is another one by now, with a group of that', () => {
    expect(pidsOf([entry('100 50 100 100', 'later'), entry('101 100 100 100')])).toEqual([]);
  });

  it('never has this process or the first one', () => {
    expect(pidsOf([entry('1 0 100 100'), entry(`${process.pid} 1 100 100`), entry('101 1 100 100')])).toEqual([101]);
  });
});
