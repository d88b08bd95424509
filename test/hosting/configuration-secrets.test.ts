import { ConfigurationManager, Host, ILoggerFactory } from 'hostward';
import { CapturedLogs } from 'hostward/testing';
import { expectNoLeaks } from '../support/leak-check.js';

describe('secrets of the configuration', () => {
  expectNoLeaks();

  const build = (configuration: ConfigurationManager, isEnabled = true) => {
    const logs = new CapturedLogs();
    const builder = Host.createEmptyApplicationBuilder({ configuration });
    builder.logging.addProvider(logs).configureRedaction({ isEnabled });
    const host = builder.build();
    return { host, logs, logger: host.services.getRequiredService(ILoggerFactory).createLogger('App') };
  };

  it('do not reach the log, whatever they stand in', async () => {
    const { host, logs, logger } = build(new ConfigurationManager().addInMemoryCollection({ 'Smtp:Password': 'tr0ub4dor&3', 'Smtp:Server': 'mail.example' }));
    await using _host = host;
    logger.error(new Error('535 tr0ub4dor&3 refused'), 'login at {Server} with {Text}', 'mail.example', 'user:tr0ub4dor&3');
    expect(logs.messages()).toEqual(['login at mail.example with user:***']);
    expect(logs.entries[0]!.error!.message).toBe('535 *** refused');
  });

  it('are known after a reload, the former ones as well', async () => {
    const configuration = new ConfigurationManager().addInMemoryCollection({ ApiKey: 'first-secret' });
    const { host, logs, logger } = build(configuration);
    await using _host = host;
    configuration.addInMemoryCollection({ ApiKey: 'second-secret' });
    logger.information('{First} then {Second}', 'first-secret', 'second-secret');
    expect(logs.messages()).toEqual(['*** then ***']);
  });

  it('are shown where masking is switched off', async () => {
    const { host, logs, logger } = build(new ConfigurationManager().addInMemoryCollection({ ApiKey: 'first-secret' }), false);
    await using _host = host;
    logger.information('{First}', 'first-secret');
    expect(logs.messages()).toEqual(['first-secret']);
  });
});
