import { z } from 'zod';
import {
  createAbortController,
  Deferred,
  IConfiguration,
  IAsyncStartupValidator,
  type IAsyncValidateOptions,
  IStartupValidator,
  type OptionsDeclaration,
  optionsOf,
  type OptionsOf,
  runStartupValidation,
  ServiceCollection,
  ServiceProvider,
  ValidateOptionsResult,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { configurationOf, validationErrorOf } from './support.js';

expectNoLeaks();

const MailOptions = optionsOf('Mail', () => ({ retries: 3 }));
type MailOptions = OptionsOf<typeof MailOptions>;

const never = new AbortController().signal;
const tooEarly = expect.stringContaining('The options Mail are validated asynchronously, and this access cannot wait for it.') as string;

function providerOf(configure: (services: ServiceCollection) => unknown): ServiceProvider {
  const services = new ServiceCollection();
  configure(services);
  return new ServiceProvider(services);
}

/** What is wrong, in all the ways to ask. */
function failuresIn(provider: ServiceProvider, options: OptionsDeclaration<MailOptions, never> = MailOptions) {
  using scope = provider.createScope();
  const accesses = {
    options: () => provider.getRequiredService(options.options).value,
    monitor: () => provider.getRequiredService(options.monitor).currentValue,
    snapshot: () => scope.services.getRequiredService(options.snapshot).value,
    create: () => provider.getRequiredService(options.factory).create(''),
  };
  return Object.fromEntries(
    Object.entries(accesses).map(([name, access]) => {
      try {
        return [name, access()];
      } catch {
        return [name, validationErrorOf(access).failures];
      }
    }),
  );
}

describe('an asynchronous validator', () => {
  it('fails all who cannot wait, without being called, beside the failures of others', () => {
    let calls = 0;
    using provider = providerOf(services =>
      services
        .addOptions(MailOptions)
        .validate(async () => ++calls > 0)
        .validate(() => false, 'other'),
    );
    const failures = [tooEarly, 'other'];
    expect(failuresIn(provider)).toEqual({ options: failures, monitor: failures, snapshot: failures, create: failures });
    expect(calls).toBe(0);
  });

  it('is recognised by the promise that it returns, too, whose failure nobody misses', async () => {
    using provider = providerOf(services => services.addOptions(MailOptions).validate(() => Promise.reject(new Error('unobserved'))));
    expect(validationErrorOf(() => provider.getRequiredService(MailOptions.value)).failures).toEqual([tooEarly]);
    await new Promise(resolve => setImmediate(resolve));
  });

  it('lets the start give the options that it passed to IOptions and the monitor, and to no snapshot', async () => {
    for (const validate of [async () => true, () => Promise.resolve(true)]) {
      using provider = providerOf(services => services.addOptions(MailOptions).validate(validate).validateOnStart());
      await runStartupValidation(provider, never);
      const { options, monitor, snapshot } = failuresIn(provider);
      expect(options).toEqual({ retries: 3 });
      expect(monitor).toBe(options);
      expect(snapshot).toEqual([tooEarly]);
    }
  });

  it('takes its turn among the others, and all failures come together', async () => {
    const trace: string[] = [];
    using provider = providerOf(services =>
      services
        .addOptions(MailOptions)
        .validate(() => (trace.push('1'), false), 'first')
        .validate(async () => (await Promise.resolve(), trace.push('2'), false), 'second')
        .validate(() => (trace.push('3'), false), 'third')
        .validateOnStart(),
    );
    await expect(runStartupValidation(provider, never)).rejects.toMatchObject({ failures: ['first', 'second', 'third'] });
    expect(trace).toEqual(['1', '2', '3']);
  });

  it('runs again at the next start, when it has failed or not', async () => {
    const answers = [false, true, true];
    using provider = providerOf(services =>
      services
        .addOptions(MailOptions)
        .validate(async () => answers.shift()!, 'no')
        .validateOnStart(),
    );
    await expect(runStartupValidation(provider, never)).rejects.toThrow('no');
    await runStartupValidation(provider, never);
    const { options } = failuresIn(provider);
    await runStartupValidation(provider, never);
    expect(failuresIn(provider).options).toBe(options);
    expect(answers).toEqual([]);
  });

  it('makes the start fail when somebody has asked the monitor too early', async () => {
    using provider = providerOf(services =>
      services
        .addOptions(MailOptions)
        .validate(async () => true)
        .validateOnStart(),
    );
    expect(() => provider.getRequiredService(MailOptions.monitor).currentValue).toThrow();
    await expect(runStartupValidation(provider, never)).rejects.toMatchObject({ failures: [tooEarly] });
  });

  it('judges the options of its name only', async () => {
    using provider = providerOf(services => {
      services.addOptions(MailOptions).validateOnStart();
      services
        .addOptions(MailOptions, 'n')
        .validate(async () => true)
        .validateOnStart();
    });
    await runStartupValidation(provider, never);
    expect(provider.getRequiredService(MailOptions.monitor).get('n')).toEqual({ retries: 3 });
    expect(provider.getRequiredService(MailOptions.value)).not.toBe(provider.getRequiredService(MailOptions.monitor).currentValue);
  });

  it('cannot renew options after a change, which fails as in .NET', async () => {
    using configuration = configurationOf({ 'Mail:retries': '4' });
    using provider = providerOf(services =>
      services
        .configure(MailOptions, configuration.getSection('Mail'))
        .validate(async () => true)
        .validateOnStart(),
    );
    await runStartupValidation(provider, never);
    expect(() => configuration.reload()).toThrow(AggregateError);
    expect(provider.getRequiredService(MailOptions.value)).toEqual({ retries: 4 });
    expect(() => provider.getRequiredService(MailOptions.monitor).currentValue).toThrow();
  });

  it('is given the signal of the start, and waited for no longer when that has fired', async () => {
    const controller = createAbortController();
    const asked = new Deferred<AbortSignal>();
    using provider = providerOf(services =>
      services
        .addOptions(MailOptions)
        .validate(async (_, signal) => {
          asked.resolve(signal);
          return new Deferred<boolean>().promise;
        })
        .validateOnStart(),
    );
    const validation = runStartupValidation(provider, controller.signal);
    expect(await asked.promise).toBe(controller.signal);
    controller.abort(new Error('enough'));
    await expect(validation).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('may be a class, for all names or for one', async () => {
    class Probe implements IAsyncValidateOptions<MailOptions> {
      readonly asked: string[] = [];
      validate(name: string): ValidateOptionsResult {
        this.asked.push(`sync ${name}`);
        return ValidateOptionsResult.skip;
      }
      async validateAsync(name: string): Promise<ValidateOptionsResult> {
        this.asked.push(`async ${name}`);
        return ValidateOptionsResult.success;
      }
    }
    for (const [isNamed, asked] of [
      [false, ['async ', 'async n', 'sync m']],
      [true, ['async n']],
    ] as const) {
      using provider = providerOf(services => {
        services.addOptions(MailOptions).validateOnStart();
        const named = services.addOptions(MailOptions, 'n').validateOnStart();
        if (isNamed) named.validateWith(Probe);
        else services.addSingleton(Probe).addAlias(MailOptions.validateOptions, Probe);
      });
      await runStartupValidation(provider, never);
      provider.getRequiredService(MailOptions.monitor).get('m');
      expect(provider.getRequiredService(Probe).asked).toEqual(asked);
    }
  });

  it('needs the IOptions of hostward', async () => {
    using provider = providerOf(services => {
      services
        .addOptions(MailOptions)
        .validate(async () => true)
        .validateOnStart();
      services.addSingleton(MailOptions.options, { value: { retries: 0 } });
    });
    await expect(runStartupValidation(provider, never)).rejects.toThrow('The options Mail are validated asynchronously, which needs the IOptions of hostward');
  });
});

describe('an asynchronous schema', () => {
  const schema = z.object({ retries: z.number().refine(async retries => retries > 1, 'too few') });
  const Options = optionsOf('Mail', schema);
  const boundTo = (retries: string) => {
    const configuration = configurationOf({ 'Mail:retries': retries });
    return providerOf(services => {
      // By a factory, so that it is disposed with the provider.
      services.addSingleton(IConfiguration, () => configuration);
      services.configure(Options, configuration.getSection('Mail')).validateOnStart();
    });
  };

  it('is waited for at the start only', async () => {
    using provider = boundTo('5');
    expect(validationErrorOf(() => provider.getRequiredService(Options.factory).create('')).failures).toEqual([tooEarly]);
    await runStartupValidation(provider, never);
    const { options, monitor, snapshot } = failuresIn(provider, Options);
    expect(options).toEqual({ retries: 5 });
    expect(monitor).toBe(options);
    expect(snapshot).toEqual([tooEarly]);
  });

  it('is told in the same way when it fails', async () => {
    using provider = boundTo('1');
    await expect(runStartupValidation(provider, never)).rejects.toMatchObject({ failures: ["Mail:retries: too few; found '1' (MemoryConfigurationProvider)"] });
  });
});

describe('the validation at the start', () => {
  it('validates synchronously for those who ask for that, in the order of the calls', () => {
    const trace: string[] = [];
    using provider = providerOf(services => {
      for (const name of ['b', 'a', 'b'])
        services
          .addOptions(MailOptions, name)
          .validate(() => (trace.push(name), name !== 'a'), 'a failed')
          .validateOnStart();
    });
    expect(() => provider.getRequiredService(IStartupValidator).validate()).toThrow('a failed');
    expect(trace).toEqual(['b', 'b', 'a']);
    expect(provider.getServices(IAsyncStartupValidator)).toHaveLength(1);
  });

  it('is once for options that are both synchronous and there already', async () => {
    let validations = 0;
    using provider = providerOf(services =>
      services
        .addOptions(MailOptions)
        .validate(() => ++validations > 0)
        .validateOnStart(),
    );
    await runStartupValidation(provider, never);
    await runStartupValidation(provider, never);
    void provider.getRequiredService(MailOptions.monitor).currentValue;
    expect(validations).toBe(1);
  });

  it('does nothing where nothing is to be validated', async () => {
    using provider = providerOf(() => undefined);
    await runStartupValidation(provider, never);
  });

  it('leaves factories and monitors of the program in their place', async () => {
    using provider = providerOf(services =>
      services
        .addSingleton(MailOptions.factory, { create: () => ({ retries: 42 }) })
        .addOptions(MailOptions)
        .validateOnStart(),
    );
    await runStartupValidation(provider, never);
    expect(provider.getRequiredService(MailOptions.value)).toEqual({ retries: 42 });
  });

  it('awaits a custom validator that is asynchronous in secret', async () => {
    using provider = providerOf(services => services.addSingleton(IStartupValidator, { validate: () => Promise.reject(new Error('late')) as never }));
    await expect(runStartupValidation(provider, never)).rejects.toThrow('late');
  });

  it('goes on after an aggregate of nothing but invalid options, and takes it apart', async () => {
    using provider = providerOf(services => {
      for (const name of ['a', 'b'])
        services
          .addOptions(MailOptions, name)
          .validate(() => false, name)
          .validateOnStart();
      services.addSingleton(IAsyncStartupValidator, { validateAsync: async () => Promise.reject(new Error('last')) });
    });
    const error = await runStartupValidation(provider, never).catch((reason: unknown) => reason);
    expect((error as AggregateError).errors.map(({ message }: Error) => message)).toEqual(['a', 'b', 'last']);
  });
});
