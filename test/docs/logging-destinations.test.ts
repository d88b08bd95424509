import { type IConsoleFormatter, JsonConsoleFormatter, SimpleConsoleFormatter, SystemdConsoleFormatter } from 'hostward';
import { expectNoLeaks } from '../support/leak-check.js';
import { logEntry } from '../support/log-entries.js';
import { read } from './pages.js';

expectNoLeaks();

const page = read('docs/logging-destinations.md');

/** What the page shows under this name. */
const sample = (name: string) => new RegExp(`<!-- sample: ${name} -->\\n\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(page)?.[1];

const withStack = <E extends Error>(error: E, stack: string): E => Object.assign(error, { stack });

describe('docs/logging-destinations.md', () => {
  const late = logEntry({
    category: 'Shop.Orders',
    level: 'warning',
    eventId: { id: 7 },
    message: 'order 17 is late',
    template: 'order {Order} is late',
    values: [['Order', 17]],
    scopes: [{ text: 'request 42', values: [['Id', 42]], template: 'request {Id}' }],
  });

  it.each<[string, IConsoleFormatter]>([
    ['simple', new SimpleConsoleFormatter({ includeScopes: true })],
    ['simple, singleLine', new SimpleConsoleFormatter({ includeScopes: true, singleLine: true })],
    ['systemd', new SystemdConsoleFormatter({ includeScopes: true })],
    ['json', new JsonConsoleFormatter({ includeScopes: true })],
  ])('shows what the format writes: %s', (name, formatter) => {
    expect(sample(name)).toBe(formatter.format(late, { useColors: false }));
  });

  it('shows how an error is written', () => {
    const power = withStack(new Error('no power'), 'Error: no power\n    at plug (power.js:1:7)');
    const parts = ['A', 'B'].map(name =>
      withStack(new Error(`shop ${name} is closed`, { cause: power }), `Error: shop ${name} is closed\n    at ask (shop.js:3:9)`),
    );
    const error = withStack(new AggregateError(parts, 'nobody answered'), 'AggregateError: nobody answered\n    at askAll (shop.js:12:9)');
    const entry = logEntry({ category: 'Shop.Orders', level: 'error', message: 'order 17 failed', error });
    expect(sample('error')).toBe(new SimpleConsoleFormatter().format(entry, { useColors: false }));
  });
});
