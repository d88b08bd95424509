import { EventEmitter } from 'node:events';
import { listen } from '../../../src/hosting/primitives/listen.js';

describe('listening to what a process shares', () => {
  it('raises the limit of listeners by one for each, and lowers it again', () => {
    const emitter = new EventEmitter().setMaxListeners(1);
    const calls: string[] = [];
    const first = listen(emitter, 'x', () => calls.push('first'));
    const second = listen(emitter, 'x', () => calls.push('second'));
    expect(emitter.getMaxListeners()).toBe(3);
    emitter.emit('x');
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    emitter.emit('x');
    second[Symbol.dispose]();
    expect([calls, emitter.listenerCount('x'), emitter.getMaxListeners()]).toEqual([['first', 'second', 'second'], 0, 1]);
  });

  it('leaves an emitter without a limit without one', () => {
    const emitter = new EventEmitter().setMaxListeners(0);
    const registration = listen(emitter, 'x', () => undefined);
    expect(emitter.getMaxListeners()).toBe(0);
    registration[Symbol.dispose]();
    expect(emitter.getMaxListeners()).toBe(0);
  });
});
