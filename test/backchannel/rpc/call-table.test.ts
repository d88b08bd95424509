import { CallTable, type Identified } from '../../../src/backchannel/rpc/call-table.js';

const call = (): Identified => ({ id: undefined });

describe('CallTable', () => {
  it('gives the ids 0, 1, 2… and finds each call by its own', () => {
    const table = new CallTable<Identified>();
    const calls = Array.from({ length: 1_000 }, call);
    expect(calls.map(each => table.add(each))).toEqual(calls.map((_call, index) => index));
    expect(calls.every((each, id) => table.get(id) === each)).toBe(true);
    expect([table.size, table.values().length]).toEqual([1_000, 1_000]);
  });

  it.each([[-1], [1.5], ['1'], [null], [undefined], [{}], [17], [4_294_967_297], [Number.NaN], [Infinity]])('knows nothing under %p', id => {
    const table = new CallTable<Identified>();
    table.add(call());
    table.add(call());
    expect(table.get(id)).toBeUndefined();
  });

  it('gives no id twice while calls come and go around some that stay', () => {
    const table = new CallTable<Identified>();
    const [given, staying] = [new Set<number>(), [] as Identified[]];
    for (let turn = 0; turn < 20_000; turn++) {
      const each = call();
      given.add(table.add(each));
      if (turn % 100 === 0) staying.push(each);
      else table.delete(each);
    }
    expect([given.size, table.size]).toEqual([20_000, 200]);
    expect(staying.every(each => table.get(each.id) === each)).toBe(true);
  });

  it('forgets what is deleted, once', () => {
    const table = new CallTable<Identified>();
    const [first, second] = [call(), call()];
    table.add(first);
    table.add(second);
    table.delete(first);
    table.delete(first);
    table.delete(call());
    expect([table.get(0), table.get(1), table.size]).toEqual([undefined, second, 1]);
  });
});
