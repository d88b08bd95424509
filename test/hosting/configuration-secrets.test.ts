import { ConfigurationBuilder, ConfigurationManager, getValue, Host, type HostApplicationBuilder, ILoggerFactory, optionsOf } from 'hostward';
import { CapturedLogs } from 'hostward/testing';
import { z } from 'zod';
import { expectNoLeaks } from '../support/leak-check.js';

describe('secrets of the configuration', () => {
  expectNoLeaks();

  const build = (configuration: ConfigurationManager, isEnabled = true, configure?: (builder: HostApplicationBuilder) => void) => {
    const logs = new CapturedLogs();
    const builder = Host.createEmptyApplicationBuilder({ configuration });
    builder.logging.addProvider(logs).configureRedaction({ isEnabled });
    configure?.(builder);
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

  it('are those that options declare, too, in the log and in the debug view', async () => {
    const configuration = new ConfigurationManager().addInMemoryCollection({
      'Mail:Pin': '4711',
      'Mail:users:0:mark': 'blue-whale',
      'Mail:server': 'mail.example',
    });
    const MailOptions = optionsOf('Mail', () => ({ pin: '', users: [{ mark: 'none' }], server: '' }), { secrets: ['pin', 'users.mark'] });
    const { host, logs, logger } = build(configuration, true, ({ services }) => services.configure(MailOptions));
    await using _host = host;
    const options = host.services.getRequiredService(MailOptions.value);
    logger.information('{Options} and 47110 and {Number}', options, 4711);
    expect(logs.messages()).toEqual(['{"pin":"***","users":[{"mark":"none"},{"mark":"***"}],"server":"mail.example"} and 47110 and ***']);
    expect(logs.entries[0]!.values[1]).toEqual(['Number', '***']);
    expect(configuration.getDebugView().match(/\w+=\S+/g)).toEqual(['Pin=***', 'server=mail.example', 'mark=***']);
  });

  it('are hidden in the debug view from the moment on at which a section is bound to options that declare them', () => {
    using configuration = new ConfigurationManager().addInMemoryCollection({ 'Mail:pin': '4711' });
    Host.createEmptyApplicationBuilder().services.configure(optionsOf('Mail', { pin: '' }, { secrets: ['pin'] }), configuration.getSection('Mail'));
    expect(configuration.getDebugView()).toContain('pin=*** (');
  });

  it('are those of another configuration that options are bound to, too, also after a reload', async () => {
    const other = new ConfigurationManager().addInMemoryCollection({ pin: 'first-pin', password: 'open sesame' });
    const PinOptions = optionsOf('Pin', { pin: '' }, { secrets: ['pin'] });
    const { host, logs, logger } = build(new ConfigurationManager(), true, ({ services }) => services.configure(PinOptions, other));
    await using _host = host;
    other.addInMemoryCollection({ pin: 'second-pin' });
    logger.information('first-pin second-pin open sesame');
    expect(logs.messages()).toEqual(['*** *** ***']);
    other[Symbol.dispose]();
  });

  it('may be short where they are no plain words, numbers and truth values', async () => {
    const configuration = new ConfigurationManager().addInMemoryCollection({
      'a:password': 'hunter2',
      'b:password': 'guest',
      tokenLifetime: '3600',
      useToken: 'True',
    });
    const { host, logs, logger } = build(configuration);
    await using _host = host;
    logger.information('hunter2 hunter22 guest 3600 True');
    expect(logs.messages()).toEqual(['*** hunter22 guest 3600 True']);
  });

  it('are hidden where the binder cannot convert them', () => {
    const configuration = new ConfigurationBuilder().addInMemoryCollection({ 'Mail:pin': 'p1n' }).build();
    configuration.markSecret('Mail:pin');
    expect(() => getValue(configuration, 'mail:pin', 0)).toThrow("value '***' at 'mail:pin'");
  });

  it('are those that a schema says are secret, wherever they are in it', async () => {
    const secret = z.string().meta({ writeOnly: true });
    const node = z.object({
      mark: secret.optional(),
      get next() {
        return node.optional();
      },
    });
    const schema = z.object({
      pin: z.string().meta({ format: 'password' }).default('none'),
      users: z.array(z.object({ name: z.string(), mark: secret })),
      keys: z.record(z.string(), secret),
      either: z.union([z.object({ hidden: secret }), z.string()]),
      since: z.date().optional(),
      node,
    });
    const VaultOptions = optionsOf('Vault', schema, { secrets: ['also'] });
    expect([...VaultOptions.secrets].sort()).toEqual(['also', 'either:hidden', 'keys:*', 'node:mark', 'pin', 'users:mark']);
    const values = { pin: 'pin-1', 'users:0:name': 'ada', 'users:0:mark': 'mark-1', 'keys:a': 'key-1', 'either:hidden': 'hid-1', 'node:mark': 'mark-2' };
    const configuration = new ConfigurationManager().addInMemoryCollection(
      Object.fromEntries(Object.entries(values).map(([key, value]) => [`Vault:${key}`, value])),
    );
    const { host, logs, logger } = build(configuration, true, ({ services }) => services.configure(VaultOptions));
    await using _host = host;
    logger.information(Object.values(values).join(' '));
    expect(logs.messages()).toEqual(['*** ada *** *** *** ***']);
    expect(configuration.getDebugView().match(/\w+=\S+/g)).toEqual(['hidden=***', 'a=***', 'mark=***', 'pin=***', 'mark=***', 'name=ada']);
    configuration.addInMemoryCollection({ 'Vault:node': 'wrong-1', 'Vault:users:0:mark': null });
    expect(() => host.services.getRequiredService(VaultOptions.value)).toThrow('Vault:users:0:mark: expected string, but found ***');
  });

  it('of a schema that cannot be described are none', () => {
    const standard = { version: 1 as const, vendor: 'x', validate: (value: unknown) => ({ value: value as object }) };
    const jsonSchema = {
      input: () => {
        throw new Error('no');
      },
    };
    expect(optionsOf('X', { '~standard': { ...standard, jsonSchema } }).secrets).toEqual([]);
    expect(optionsOf('X', { '~standard': standard }).secrets).toEqual([]);
  });
});
