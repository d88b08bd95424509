import { createLoggerFactory, IConsole, type ILoggerProvider } from 'hostward';
import { FakeLogCollector } from 'hostward/testing';
import { FakeConsole } from '../../support/hosting-fakes.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

describe('a logger factory without a host', () => {
  it('is set up as in one', async () => {
    const [logs, late] = [new FakeLogCollector(), new FakeLogCollector()];
    await using factory = createLoggerFactory(logging => logging.addProvider(logs).addFilter('Script', 'debug'));
    factory.createLogger('Script').debug('a');
    factory.createLogger('Other').debug('b');
    factory.addProvider(late);
    factory.createLogger('Script').debug('c');
    expect([logs.messages(), late.messages()]).toEqual([['a', 'c'], ['c']]);
  });

  it('owns its destinations, and what they have written arrives', async () => {
    const console = new FakeConsole();
    const trace: string[] = [];
    class Own implements ILoggerProvider, Disposable {
      write(): void {}
      [Symbol.dispose](): void {
        trace.push('disposed');
      }
    }
    {
      await using factory = createLoggerFactory(logging => {
        logging.services.addSingleton(IConsole, console);
        logging.addConsole().addProvider(Own);
      });
      factory.createLogger('Script').information('hello');
    }
    expect([trace, console.out.text]).toEqual([['disposed'], expect.stringContaining('hello')]);
    using sync = createLoggerFactory(logging => logging.addProvider(Own));
    sync[Symbol.dispose]();
    sync.createLogger('Script').information('late');
    expect(trace).toEqual(['disposed', 'disposed']);
  });
});
