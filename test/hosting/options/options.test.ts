import { z } from 'zod';
import {
  ArgumentError,
  IConfiguration,
  type IConfigureOptions,
  InvalidOperationError,
  type IOptionsMonitor,
  IServiceProvider,
  inject,
  type OptionsInputOf,
  type OptionsOf,
  optionsOf,
  ServiceCollection,
  ServiceProvider,
  type ServiceToken,
  serviceToken,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { configurationOf } from './support.js';

expectNoLeaks();

const MailOptions = optionsOf('Mail', () => ({ server: 'localhost', retries: 3 }));
type MailOptions = OptionsOf<typeof MailOptions>;

const IGreeting: ServiceToken<string> = serviceToken('IGreeting');

function providerOf(configure: (services: ServiceCollection) => unknown): ServiceProvider {
  const services = new ServiceCollection();
  configure(services);
  return new ServiceProvider(services, { validateOnBuild: true, validateScopes: true });
}

describe('declared options', () => {
  it('give a class what it declares: the options, the snapshot, the monitor, the plain object', () => {
    class Pump {
      constructor(
        @inject(MailOptions.monitor) readonly monitor: IOptionsMonitor<MailOptions>,
        @inject(MailOptions.value) readonly value: MailOptions,
      ) {}
    }
    using provider = providerOf(services => services.addSingleton(Pump).configure(MailOptions, options => void (options.server = 's')));
    const { monitor, value } = provider.getRequiredService(Pump);
    expect(value).toEqual({ server: 's', retries: 3 });
    expect(monitor.currentValue).toEqual(value);
    expect(provider.getRequiredService(MailOptions.options).value).toBe(value);
    using scope = provider.createScope();
    expect(scope.services.getRequiredService(MailOptions.snapshot).value).toEqual(value);
  });

  it('have the types of the schema: what it takes for those who configure, what it makes for all others', () => {
    const Options = optionsOf('X', z.object({ wait: z.string().transform(Number), level: z.enum(['low', 'high']).default('low') }));
    const input: OptionsInputOf<typeof Options> = { wait: '5' };
    const output: OptionsOf<typeof Options> = { wait: 5, level: 'high' };
    // @ts-expect-error -- what is made of it is a number
    const wrong: OptionsOf<typeof Options> = { wait: '5', level: 'high' };
    using provider = providerOf(services => {
      services.configure(Options, options => void (options.wait = input.wait)).postConfigure(options => void (options.level = output.level));
      // @ts-expect-error -- there is no such option
      return () => services.configure(Options, options => void (options.other = 1));
    });
    expect(provider.getRequiredService(Options.value)).toEqual(output);
    expect(wrong).not.toEqual(output);
  });

  it('are not there before they are configured or added', () => {
    using provider = providerOf(() => undefined);
    expect(() => provider.getRequiredService(MailOptions.options)).toThrow('IOptions<Mail>');
    using added = providerOf(services => services.addOptions(MailOptions));
    expect(added.getRequiredService(MailOptions.value)).toEqual({ server: 'localhost', retries: 3 });
  });

  it('are not made of anything but a schema, values or a function', () => {
    for (const source of [undefined, null, 5, 'x']) expect(() => optionsOf('Mail', source as never)).toThrow(ArgumentError);
    expect(() => optionsOf(undefined as never, {})).toThrow(ArgumentError);
  });

  it('can have their services replaced, before and after', () => {
    const own = { value: { server: 'own', retries: 0 } };
    using before = providerOf(services => services.addSingleton(MailOptions.options, own).configure(MailOptions, options => void options.retries++));
    using after = providerOf(services => services.addOptions(MailOptions).services.addSingleton(MailOptions.options, own));
    for (const provider of [before, after]) expect(provider.getRequiredService(MailOptions.value).server).toBe('own');
  });
});

describe('what configures options', () => {
  it('receives what it depends on', () => {
    using provider = providerOf(services =>
      services
        .addSingleton(IGreeting, 'hello')
        .configure(MailOptions, (options, greeting: string) => void (options.server = greeting), [IGreeting])
        .postConfigure((options, greeting: string) => void (options.server += `, ${greeting}`), [IGreeting])
        .validate((options, greeting: string, signal: AbortSignal) => options.server.includes(greeting) && !signal.aborted, [IGreeting]),
    );
    expect(provider.getRequiredService(MailOptions.value).server).toBe('hello, hello');
  });

  it('is found to need what is not registered when the provider is built', () => {
    expect(() => providerOf(services => services.configure(MailOptions, (options, greeting: string) => void (options.server = greeting), [IGreeting]))).toThrow(
      'IGreeting',
    );
  });

  it('may need scoped services for a snapshot, which others cannot have', () => {
    const IUser: ServiceToken<string> = serviceToken('IUser');
    using provider = providerOf(services =>
      services.addScoped(IUser, () => 'ada').configure(MailOptions, (options, user: string) => void (options.server = user), [IUser]),
    );
    using scope = provider.createScope();
    expect(scope.services.getRequiredService(MailOptions.snapshot).value.server).toBe('ada');
    expect(() => provider.getRequiredService(MailOptions.monitor).currentValue).toThrow('IUser');
  });

  it('may be a class', () => {
    class ConfigureAll implements IConfigureOptions<MailOptions> {
      readonly name = null;
      configure(options: MailOptions, name: string): void {
        options.server += `+${name}`;
      }
    }
    class ConfigureDefault implements IConfigureOptions<MailOptions> {
      configure(options: MailOptions): void {
        options.server += '+default';
      }
    }
    using provider = providerOf(services =>
      services
        .addOptions(MailOptions)
        .services.addSingleton(MailOptions.configureOptions, ConfigureAll)
        .addSingleton(MailOptions.configureOptions, ConfigureDefault),
    );
    const monitor = provider.getRequiredService(MailOptions.monitor);
    expect([monitor.get().server, monitor.get('n').server]).toEqual(['localhost++default', 'localhost+n']);
  });

  it('is refused when it is asynchronous, by declaration at once and otherwise when it is called', async () => {
    const services = new ServiceCollection();
    expect(() => services.configure(MailOptions, async () => undefined)).toThrow(ArgumentError);
    const fails = () => Promise.reject(new Error('nobody sees this'));
    for (const configure of [
      (each: ServiceCollection) => each.configure(MailOptions, fails),
      (each: ServiceCollection) => each.postConfigure(MailOptions, fails),
    ]) {
      using provider = providerOf(configure);
      expect(() => provider.getRequiredService(MailOptions.value)).toThrow(InvalidOperationError);
    }
    await new Promise(resolve => setImmediate(resolve));
  });

  it('is a function or a configuration, and nothing else', () => {
    const services = new ServiceCollection();
    for (const wrong of [5, {}, null]) expect(() => services.configure(MailOptions, 'n', wrong as never)).toThrow(ArgumentError);
    expect(() => services.addOptions(MailOptions).bind({} as never)).toThrow(ArgumentError);
    expect(() => services.addOptions(MailOptions).validate('x' as never)).toThrow(ArgumentError);
    expect(() => services.addOptions(5 as never)).toThrow(ArgumentError);
    expect(() => services.addOptions(MailOptions, 5 as never)).toThrow(ArgumentError);
  });

  it('is an error, not an endless circle, when it asks for the options that it configures', () => {
    for (const access of [
      (provider: IServiceProvider) => provider.getRequiredService(MailOptions.options).value,
      (provider: IServiceProvider) => provider.getRequiredService(MailOptions.monitor).currentValue,
    ]) {
      using provider = providerOf(services => services.configure(MailOptions, (_, inner: IServiceProvider) => void access(inner), [IServiceProvider]));
      expect(() => access(provider)).toThrow(InvalidOperationError);
    }
  });
});

describe('the monitor', () => {
  const bound = (data: Record<string, string>) => {
    const configuration = configurationOf(data);
    const provider = providerOf(services =>
      services.configure(MailOptions, configuration.getSection('Mail')).validate(({ retries }) => retries > 0, 'retries'),
    );
    return {
      configuration,
      provider,
      monitor: provider.getRequiredService(MailOptions.monitor),
      [Symbol.dispose]() {
        provider[Symbol.dispose]();
        configuration[Symbol.dispose]();
      },
    };
  };

  it('tells listeners of the new options until they are taken away', () => {
    using stage = bound({ 'Mail:retries': '1' });
    const { configuration, monitor } = stage;
    const seen: [number, string][] = [];
    expect(monitor.currentValue.retries).toBe(1);
    using listening = monitor.onChange(({ retries }, name) => void seen.push([retries, name]));
    configuration.set('Mail:retries', '2');
    expect(monitor.currentValue.retries).toBe(1);
    configuration.reload();
    expect(monitor.currentValue.retries).toBe(2);
    listening[Symbol.dispose]();
    configuration.reload();
    expect(seen).toEqual([[2, '']]);
  });

  it('calls every listener, and throws what they threw out of the reload', () => {
    using stage = bound({});
    const { configuration, monitor } = stage;
    const called: string[] = [];
    monitor.onChange(() => {
      called.push('first');
      throw new Error('first');
    });
    monitor.onChange(() => void called.push('second'));
    expect(() => configuration.reload()).toThrow(AggregateError);
    expect(called).toEqual(['first', 'second']);
  });

  it('keeps failing after a reload to something invalid, and recovers with the next one', () => {
    using stage = bound({});
    const { configuration, monitor } = stage;
    configuration.set('Mail:retries', '0');
    expect(() => configuration.reload()).toThrow(AggregateError);
    expect(() => monitor.currentValue).toThrow('retries');
    configuration.set('Mail:retries', '7');
    expect(() => monitor.currentValue).toThrow('retries');
    configuration.reload();
    expect(monitor.currentValue.retries).toBe(7);
  });

  it('listens no more once its provider is disposed', () => {
    using stage = bound({});
    const { configuration, provider, monitor } = stage;
    const seen: unknown[] = [];
    monitor.onChange(options => seen.push(options));
    provider[Symbol.dispose]();
    configuration.reload();
    expect(seen).toEqual([]);
  });

  it('follows the section that bindConfiguration names', () => {
    using configuration = configurationOf({ 'Other:retries': '8', retries: '9' });
    using provider = providerOf(services => {
      services.addSingleton(IConfiguration, configuration).addOptions(MailOptions).bindConfiguration('Other');
      services.addOptions(MailOptions, 'root').bindConfiguration('');
    });
    const monitor = provider.getRequiredService(MailOptions.monitor);
    expect([monitor.get().retries, monitor.get('root').retries]).toEqual([8, 9]);
    configuration.set('Other:retries', '10');
    configuration.reload();
    expect(monitor.currentValue.retries).toBe(10);
  });
});
