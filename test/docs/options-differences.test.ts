import { z } from 'zod';
import {
  configurationTypes,
  createAbortController,
  type IConfigureOptions,
  OptionsValidationError,
  optionsOf,
  runStartupValidation,
  ServiceCollection,
  ServiceProvider,
} from 'hostward';
import { configurationOf, failuresOf, validationErrorOf, valueOf } from '../hosting/options/support.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { read } from './pages.js';

expectNoLeaks();

const page = read('docs/options.md');

const Schema = optionsOf(
  'Mail',
  z.object({ retries: z.number().default(3), tags: z.array(z.string()).default([]), level: z.enum(['low', 'high']).default('low') }),
);
const Defaults = optionsOf('Mail', () => ({ retries: 3, tags: ['a'] }));

function providerOf(configure: (services: ServiceCollection) => unknown): ServiceProvider {
  const services = new ServiceCollection();
  configure(services);
  return new ServiceProvider(services);
}

/** What each line of the table says that hostward does, tried out. */
const checks: Readonly<Record<string, () => unknown>> = {
  Declaration: () => {
    expect(valueOf(Schema, { 'Mail:retries': '5' })).toEqual({ retries: 5, tags: [], level: 'low' });
    expect(valueOf(Defaults, { 'Mail:retries': '5' })).toEqual({ retries: 5, tags: ['a'] });
  },
  'Options that nobody configured': () => {
    using without = providerOf(() => undefined);
    expect(() => without.getRequiredService(Defaults.options)).toThrow();
    using added = providerOf(services => services.addOptions(Defaults));
    expect(added.getRequiredService(Defaults.options).value.retries).toBe(3);
  },
  'Rules about values': () => {
    expect(failuresOf(optionsOf('Mail', z.object({ retries: z.number().min(1) })), { 'Mail:retries': '0' })).toHaveLength(1);
  },
  'A value that cannot be converted': () => {
    expect(failuresOf(Schema, { 'Mail:retries': 'x', 'Mail:level': 'y' })).toHaveLength(2);
    expect(() => valueOf(Defaults, { 'Mail:retries': 'x' })).toThrow(expect.objectContaining({ code: 'ERR_CONFIGURATION_BINDING' }) as Error);
  },
  'What a failure knows': () => {
    const { details } = validationErrorOf(() => valueOf(Schema, { 'Mail:retries': 'x' }));
    expect(details).toEqual([
      {
        message: "Mail:retries: expected number, but found 'x' (MemoryConfigurationProvider)",
        key: 'Mail:retries',
        source: 'MemoryConfigurationProvider',
        expected: 'number',
        found: "'x'",
      },
    ]);
  },
  'Configuring classes': () => {
    class Configure implements IConfigureOptions<{ retries: number }> {
      constructor(
        readonly name: string | null | undefined,
        private readonly step: number,
      ) {}
      configure(options: { retries: number }): void {
        options.retries += this.step;
      }
    }
    using provider = providerOf(services => {
      const all = [new Configure(undefined, 1), new Configure(null, 10), new Configure('n', 100)];
      for (const one of all) services.addOptions(Defaults).services.addSingleton(Defaults.configureOptions, one);
    });
    const monitor = provider.getRequiredService(Defaults.monitor);
    expect([monitor.get().retries, monitor.get('n').retries]).toEqual([14, 113]);
  },
  'Asynchronous functions': async () => {
    using provider = providerOf(services =>
      services
        .addOptions(Defaults)
        .validate(() => Promise.resolve(false), 'no')
        .validateOnStart(),
    );
    await expect(runStartupValidation(provider, new AbortController().signal)).rejects.toThrow('no');
    expect(() => new ServiceCollection().configure(Defaults, async () => undefined)).toThrow(TypeError);
  },
  'A listener of the monitor that throws': () => {
    using configuration = configurationOf({});
    using provider = providerOf(services => services.configure(Defaults, configuration));
    const called: number[] = [];
    const monitor = provider.getRequiredService(Defaults.monitor);
    for (const number of [1, 2])
      monitor.onChange(() => {
        called.push(number);
        throw new Error('listener');
      });
    expect(() => configuration.reload()).toThrow();
    expect(called).toEqual([1, 2]);
  },
  'A validator that ignores its signal': async () => {
    const controller = createAbortController();
    using provider = providerOf(services =>
      services
        .addOptions(Defaults)
        .validate(async () => new Promise<boolean>(() => controller.abort()))
        .validateOnStart(),
    );
    await expect(runStartupValidation(provider, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
  },
  'Two sections, one list': () => {
    using configuration = configurationOf({ 'A:tags:0': 'x', 'A:tags:1': 'y', 'B:tags:0': 'z' });
    using provider = providerOf(services => {
      for (const section of ['A', 'B'])
        services.configure(Schema, configuration.getSection(section)).services.configure(Defaults, configuration.getSection(section));
    });
    expect(provider.getRequiredService(Schema.value).tags).toEqual(['z', 'y']);
    expect(provider.getRequiredService(Defaults.value).tags).toEqual(['a', 'x', 'y', 'z']);
  },
  'Case of enumerations': () => {
    expect(() => valueOf(Schema, { 'Mail:level': 'HIGH' })).toThrow(OptionsValidationError);
    const type = configurationTypes.object({ level: configurationTypes.enumeration(['low', 'high']) });
    expect(
      valueOf(
        optionsOf('Mail', () => ({ level: 'low' }), { type: type as never }),
        { 'Mail:level': 'HIGH' },
      ),
    ).toEqual({ level: 'high' });
  },
};

describe('docs/options.md', () => {
  const differences = page.slice(page.indexOf('## Deliberate differences from .NET\n\n|'));
  const lines = [...differences.matchAll(/^\| (.+?) +\| .+\|$/gm)].map(match => match[1]!).filter(what => what !== 'What' && !what.startsWith('---'));

  it('says nothing of .NET that is not tried out here, and nothing is tried out that it does not say', () => {
    expect(lines).toEqual(Object.keys(checks));
  });

  it.each(Object.keys(checks))('is right about: %s', async what => {
    await checks[what]!();
  });
});
