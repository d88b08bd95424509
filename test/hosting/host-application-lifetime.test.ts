import type { IHostApplicationLifetime } from 'hostward';
import { ApplicationLifetime } from '../../src/hosting/host-application-lifetime.js';
import { LoggerFactory } from '../../src/hosting/logging/logger-factory.js';
import { CapturedLogs, FakeTimeProvider } from 'hostward/testing';
import { failing } from '../support/hosting-services.js';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

function createLifetime() {
  const logs = new CapturedLogs();
  const factory = new LoggerFactory([logs], { timeProvider: new FakeTimeProvider() });
  return { lifetime: new ApplicationLifetime(factory.createLogger('Lifetime')), logs };
}

type Moment = 'started' | 'stopping' | 'stopped';

const moments: readonly [Moment, number, string, string][] = [
  ['started', 6, 'ApplicationStartupException', 'An error occurred starting the application'],
  ['stopping', 7, 'ApplicationStoppingException', 'An error occurred stopping the application'],
  ['stopped', 8, 'ApplicationStoppedException', 'An error occurred stopping the application'],
];

const register = (lifetime: IHostApplicationLifetime, moment: Moment, callback: () => void): Disposable =>
  moment === 'started' ? lifetime.onStarted(callback) : moment === 'stopping' ? lifetime.onStopping(callback) : lifetime.onStopped(callback);

const fire = (lifetime: ApplicationLifetime, moment: Moment): void =>
  moment === 'started' ? lifetime.notifyStarted() : moment === 'stopping' ? lifetime.stopApplication() : lifetime.notifyStopped();

const signalOf = (lifetime: IHostApplicationLifetime, moment: Moment): AbortSignal =>
  moment === 'started' ? lifetime.applicationStarted : moment === 'stopping' ? lifetime.applicationStopping : lifetime.applicationStopped;

describe.each(moments)('the moment in which an application is %s', (moment, id, name, message) => {
  it('fires its signal and runs its callbacks before the call returns, last registered first', () => {
    const { lifetime } = createLifetime();
    const trace: string[] = [];
    for (const callback of 'abc') register(lifetime, moment, () => trace.push(`${callback} ${signalOf(lifetime, moment).aborted}`));
    expect(signalOf(lifetime, moment).aborted).toBe(false);
    fire(lifetime, moment);
    expect(trace).toEqual(['c true', 'b true', 'a true']);
  });

  it('comes once', () => {
    const { lifetime } = createLifetime();
    const callback = jest.fn();
    register(lifetime, moment, callback);
    fire(lifetime, moment);
    fire(lifetime, moment);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('is of its own', () => {
    const { lifetime } = createLifetime();
    fire(lifetime, moment);
    expect(moments.map(([other]) => signalOf(lifetime, other).aborted)).toEqual(moments.map(([other]) => other === moment));
  });

  it('runs a callback that is registered afterwards at once', () => {
    const { lifetime } = createLifetime();
    fire(lifetime, moment);
    const callback = jest.fn();
    register(lifetime, moment, callback)[Symbol.dispose]();
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('runs a callback that is registered in a callback at once', () => {
    const { lifetime } = createLifetime();
    const trace: string[] = [];
    register(lifetime, moment, () => trace.push('a'));
    register(lifetime, moment, () => {
      register(lifetime, moment, () => trace.push('nested'));
      trace.push('b');
    });
    fire(lifetime, moment);
    expect(trace).toEqual(['nested', 'b', 'a']);
  });

  it('does not wait for itself when a callback brings it about again', () => {
    const { lifetime } = createLifetime();
    const trace: string[] = [];
    register(lifetime, moment, () => trace.push('a'));
    register(lifetime, moment, () => {
      fire(lifetime, moment);
      trace.push('b');
    });
    fire(lifetime, moment);
    expect(trace).toEqual(['b', 'a']);
  });

  it('does not run a callback that was taken back, also not by another callback', () => {
    const { lifetime } = createLifetime();
    const trace: string[] = [];
    const [a, b] = ['a', 'b'].map(callback => register(lifetime, moment, () => trace.push(callback)));
    register(lifetime, moment, () => a![Symbol.dispose]());
    register(lifetime, moment, () => trace.push('d'));
    b![Symbol.dispose]();
    b![Symbol.dispose]();
    fire(lifetime, moment);
    expect(trace).toEqual(['d']);
  });

  it('takes nothing else away with a callback that has run', () => {
    const { lifetime } = createLifetime();
    const trace: string[] = [];
    register(lifetime, moment, () => trace.push('a'));
    const last = register(lifetime, moment, () => last[Symbol.dispose]());
    fire(lifetime, moment);
    expect(trace).toEqual(['a']);
  });

  it('tells the registrations of one callback apart', () => {
    const { lifetime } = createLifetime();
    const callback = jest.fn();
    register(lifetime, moment, callback);
    register(lifetime, moment, callback)[Symbol.dispose]();
    fire(lifetime, moment);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('runs all callbacks although some throw, and logs what they threw', () => {
    const { lifetime, logs } = createLifetime();
    const trace: string[] = [];
    register(lifetime, moment, failing('a failed'));
    register(lifetime, moment, () => trace.push('b'));
    register(lifetime, moment, failing('c failed'));
    fire(lifetime, moment);
    expect(trace).toEqual(['b']);
    expect(logs.entries).toMatchObject([
      { level: 'critical', eventId: { id, name }, message, error: { name: 'AggregateError', message: 'One or more errors occurred.' } },
    ]);
    expect((logs.entries[0]!.error as AggregateError).errors).toEqual([new Error('c failed'), new Error('a failed')]);
  });

  it('logs an aggregate also of a single error, and nothing when there was none', () => {
    const { lifetime, logs } = createLifetime();
    fire(lifetime, moment);
    expect(logs.entries).toEqual([]);
    const other = createLifetime();
    register(other.lifetime, moment, failing('only'));
    fire(other.lifetime, moment);
    expect(other.logs.entries).toMatchObject([{ error: { name: 'AggregateError', errors: [{ message: 'only' }] } }]);
  });
});

describe('stopApplication', () => {
  it('takes the exit code of the first call that names one', () => {
    const { lifetime } = createLifetime();
    expect(lifetime.exitCode).toBeUndefined();
    lifetime.stopApplication();
    expect(lifetime.exitCode).toBeUndefined();
    lifetime.stopApplication({ exitCode: 0 });
    lifetime.stopApplication({ exitCode: 3 });
    expect(lifetime.exitCode).toBe(0);
  });

  it.each([NaN, 1.5, -1, 256])('refuses an exit code that no process can have: %d', exitCode => {
    const { lifetime } = createLifetime();
    expect(() => lifetime.stopApplication({ exitCode })).toThrow(`'exitCode' must be an integer from 0 to 255, but was ${exitCode}.`);
    expect([lifetime.exitCode, lifetime.applicationStopping.aborted]).toEqual([undefined, false]);
  });

  it('has set the exit code when the callbacks run', () => {
    const { lifetime } = createLifetime();
    const seen: unknown[] = [];
    lifetime.onStopping(() => seen.push(lifetime.exitCode));
    lifetime.stopApplication({ exitCode: 3 });
    expect(seen).toEqual([3]);
  });
});
