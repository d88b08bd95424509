import type { FakeTimeProvider } from 'hostward/testing';
import type { FakeMachine } from '../../../support/fake-machine.js';

/** When the machine has stood still for so many turns of the event loop, only time can change anything. */
const quietTurns = 4;

/** Lets time pass on a fake clock at the pace of what happens on a fake machine: each firing has its effects before the next. */
export class Play {
  constructor(
    private readonly time: FakeTimeProvider,
    private readonly machine: FakeMachine,
  ) {}

  async pass(milliseconds: number): Promise<void> {
    let isOver = false;
    using _end = this.time.createTimer(() => (isOver = true), undefined, milliseconds, -1);
    await this.#until(() => isOver);
  }

  /** Settles as `work` does. @throws when that takes more than `limit` milliseconds */
  async finish<T>(work: Promise<T>, limit: number): Promise<T> {
    const began = this.time.getTimestamp();
    let isSettled = false;
    const settle = () => void (isSettled = true);
    work.then(settle, settle);
    await this.#until(() => isSettled || this.time.getElapsedMilliseconds(began) > limit);
    if (!isSettled) throw new Error(`It took more than ${limit} ms of the clock.`);
    return work;
  }

  /** Turn after turn, without a promise for each, which would take longer than all that happens in it. */
  settle(): Promise<void> {
    const { machine } = this;
    let { activity } = machine;
    let quiet = 0;
    return new Promise(resolve => {
      const look = (): void => {
        quiet = machine.activity === activity ? quiet + 1 : 0;
        activity = machine.activity;
        if (quiet === quietTurns) resolve();
        else setImmediate(look);
      };
      setImmediate(look);
    });
  }

  async #until(isOver: () => boolean): Promise<void> {
    for (;;) {
      await this.settle();
      if (isOver()) return;
      if (!(await this.time.runToNext())) throw new Error('No timer is armed, so that nothing can happen any more.');
    }
  }
}

/** Some turns of the real event loop. */
export function turns(count: number): Promise<void> {
  return new Promise(resolve => {
    const turn = (left: number): void => void (left === 0 ? resolve() : setImmediate(turn, left - 1));
    turn(count);
  });
}
