import { NullLifetime, SystemProcessControl } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

describe('the null lifetime', () => {
  it('waits for nothing and does nothing', async () => {
    const lifetime = new NullLifetime();
    await lifetime.waitForStart();
    await lifetime.stop();
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});

describe('the control of this process', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)('listens to %s until it is disposed', signal => {
    const listener = jest.fn();
    const registration = new SystemProcessControl().onSignal(signal, listener);
    process.emit(signal);
    registration[Symbol.dispose]();
    expect([listener.mock.calls.length, process.listenerCount(signal)]).toEqual([1, 0]);
  });
});
