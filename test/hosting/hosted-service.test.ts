import { isLifecycleService } from '../../src/hosting/hosted-service.js';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

describe('a hosted service', () => {
  const method = async () => undefined;
  const plain = { start: method, stop: method };
  const hooks = { starting: method, started: method, stopping: method, stopped: method };

  class Lifecycle {
    start = method;
    async stop(): Promise<void> {}
    async starting(): Promise<void> {}
    async started(): Promise<void> {}
    async stopping(): Promise<void> {}
    async stopped(): Promise<void> {}
  }

  it('takes part in the lifecycle when it has all four methods, however it came by them', () => {
    expect([{ ...plain, ...hooks }, new Lifecycle()].map(isLifecycleService)).toEqual([true, true]);
  });

  it.each(['starting', 'started', 'stopping', 'stopped'])('without %s does not take part in the lifecycle', name => {
    expect(
      [
        { ...plain, ...hooks, [name]: undefined },
        { ...plain, ...hooks, [name]: true },
      ].map(service => isLifecycleService(service as never)),
    ).toEqual([false, false]);
  });
});
