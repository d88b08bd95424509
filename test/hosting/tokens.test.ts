import * as hosting from 'hostward/hosting';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

describe('the tokens of hosting', () => {
  const tokens = Object.entries(hosting).filter((entry): entry is [string, symbol] => typeof entry[1] === 'symbol');

  it.each(tokens)('%s has the name under which a program imports it', (name, token) => {
    expect(token.description).toBe(name);
  });

  it('are there', () => {
    expect(tokens.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'IConsole',
        'IHealthReporter',
        'IHost',
        'IHostApplicationLifetime',
        'IHostedService',
        'IHostEnvironment',
        'IHostHealth',
        'ILogger',
        'IServiceProvider',
      ]),
    );
  });
});
