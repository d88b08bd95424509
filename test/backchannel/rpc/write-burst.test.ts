import { WriteBurst } from '../../../src/backchannel/rpc/write-burst.js';
import { nextTurn } from '../../../src/hosting/time/next-turn.js';
import { expectNoLeaks } from '../../support/leak-check.js';

const turn = () => new Promise<void>(resolve => nextTurn(resolve));

describe('WriteBurst', () => {
  expectNoLeaks();

  it('writes for all in their order when there are 32 of them, and for fewer at the end of the turn', async () => {
    const burst = new WriteBurst();
    const written: number[] = [];
    for (let each = 0; each < 40; each++) {
      burst.add({ flush: () => written.push(each) });
      await Promise.resolve();
      expect(written).toHaveLength(each < 31 ? 0 : 32);
    }
    await turn();
    expect(written).toEqual(Array.from({ length: 40 }, (_, each) => each));
  });

  it('writes once for each, also for one that comes while it writes', async () => {
    const burst = new WriteBurst();
    const written: string[] = [];
    const late = { flush: () => written.push('late') };
    const early = { flush: () => written.push('early') && burst.add(late) };
    burst.add(early);
    await turn();
    expect(written).toEqual(['early']);
    await turn();
    await turn();
    expect(written).toEqual(['early', 'late']);
  });
});
