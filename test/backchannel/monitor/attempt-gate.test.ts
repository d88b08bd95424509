import { FakeTimeProvider } from 'hostward/testing';
import { AttemptGate } from '../../../src/backchannel/monitor/attempt-gate.js';
import { Deferred, onAbort, onDispose, raceAbort } from '../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';

describe('the gate of the attempts', () => {
  expectNoLeaks();
  const never = new AbortController().signal;

  function createGate(slots: number) {
    const time = new FakeTimeProvider();
    const gate = new AttemptGate({ slots, slotTime: 100, timeProvider: time });
    const began: string[] = [];
    const enter = async (name: string, signal = never) => {
      const turn = new Deferred<void>();
      const attempt = { begin: () => turn.resolve() };
      using _giveUp = onAbort(signal, () => gate.leave(attempt));
      gate.enter(attempt);
      await raceAbort(turn.promise, signal);
      began.push(name);
      return onDispose(() => gate.leave(attempt));
    };
    return { time, gate, began, enter };
  }

  it('lets as many begin as there are slots, and the others in their order as those end', async () => {
    const { began, enter, time } = createGate(2);
    const attempts = ['a', 'b', 'c', 'd'].map(name => enter(name));
    await time.advanceAsync(0);
    expect(began).toEqual(['a', 'b']);
    (await attempts[1])?.[Symbol.dispose]();
    await time.advanceAsync(0);
    expect(began).toEqual(['a', 'b', 'c']);
    (await attempts[0])?.[Symbol.dispose]();
    (await attempts[2])?.[Symbol.dispose]();
    (await attempts[3])?.[Symbol.dispose]();
    expect([began, time.pendingTimers]).toEqual([['a', 'b', 'c', 'd'], []]);
  });

  it('counts an attempt that hangs for no longer than its time', async () => {
    const { began, enter, time } = createGate(1);
    const hanging = await enter('hanging');
    await time.advanceAsync(60);
    const next = enter('next');
    await time.advanceAsync(39);
    expect(began).toEqual(['hanging']);
    await time.advanceAsync(1);
    expect(began).toEqual(['hanging', 'next']);
    // Its end gives no slot back a second time.
    hanging[Symbol.dispose]();
    const last = enter('last');
    await time.advanceAsync(0);
    expect(began).toEqual(['hanging', 'next']);
    (await next)[Symbol.dispose]();
    (await last)[Symbol.dispose]();
    expect(time.pendingTimers).toEqual([]);
  });

  it('gives each attempt its own time, whoever was the oldest before', async () => {
    const { began, enter, time } = createGate(1);
    const first = await enter('first');
    const second = enter('second');
    const third = enter('third');
    await time.advanceAsync(60);
    first[Symbol.dispose]();
    await time.advanceAsync(99);
    expect([began, time.pendingTimers.length]).toEqual([['first', 'second'], 1]);
    await time.advanceAsync(1);
    expect(began).toEqual(['first', 'second', 'third']);
    (await second)[Symbol.dispose]();
    (await third)[Symbol.dispose]();
    expect(time.pendingTimers).toEqual([]);
  });

  it('lets go of who gives up, and hands a turn that came in the same moment to the next', async () => {
    const { began, enter, time } = createGate(1);
    const first = await enter('first');
    const impatient = new AbortController();
    const refused = expect(enter('impatient', impatient.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const lateAborter = new AbortController();
    const late = expect(enter('late', lateAborter.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const patient = enter('patient');
    impatient.abort();
    await refused;
    first[Symbol.dispose]();
    lateAborter.abort();
    await late;
    (await patient)[Symbol.dispose]();
    expect([began, time.pendingTimers]).toEqual([['first', 'patient'], []]);
  });

  it('holds no timer after its disposal', async () => {
    const { enter, gate, time } = createGate(1);
    await enter('first');
    const caller = new AbortController();
    const waiting = expect(enter('second', caller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(time.pendingTimers).toHaveLength(1);
    gate[Symbol.dispose]();
    expect(time.pendingTimers).toEqual([]);
    caller.abort();
    await waiting;
  });
});
