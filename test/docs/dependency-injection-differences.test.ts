import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  all,
  anyKey,
  argument,
  describeService,
  fromKeyed,
  Host,
  ILogger,
  inject,
  InvalidServiceError,
  type IServiceProvider,
  IServiceProviderIsService,
  optional,
  ServiceCollection,
  ServiceProvider,
  type ServiceToken,
  serviceToken,
  ServiceValidationError,
} from 'hostward';
import { createTestHost } from 'hostward/testing';
import { build } from 'esbuild';
import type { Container } from 'inversify';
import { disposablesIn, provide, thrownBy } from '../hosting/dependency-injection/provide.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { run } from '../support/programs.js';
import { read } from './pages.js';

expectNoLeaks();

const page = read('docs/dependency-injection.md');

class Part {
  readonly parts: readonly unknown[];

  constructor(...parts: unknown[]) {
    this.parts = parts;
  }
}
class Mail extends Part {}
class Text extends Part {}
class App extends Part {}

const IChannel: ServiceToken<Part> = serviceToken('IChannel');
const IBackup: ServiceToken<Part> = serviceToken('IBackup');
const ILost: ServiceToken<Part> = serviceToken('ILost');

const everything = { validateOnBuild: true, validateScopes: true };
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
const validated = (register: (services: ServiceCollection) => ServiceCollection, options = everything) =>
  new ServiceProvider(register(new ServiceCollection()), options);
const indexOf = (provider: IServiceProvider, service: Part) => provider.getServices(IChannel).indexOf(service);

/** What each line of the tables says that hostward does, tried out. */
const checks: Readonly<Record<string, () => unknown>> = {
  'Open generics': () => {
    const IPostRepository: ServiceToken<Part> = serviceToken('IRepository<Post>');
    const IUserRepository: ServiceToken<Part> = serviceToken('IRepository<User>');
    const provider = provide(services => services.addSingleton(IPostRepository, Mail).addSingleton(IUserRepository, Text));
    expect([provider.getService(IPostRepository), provider.getService(IUserRepository)]).toEqual([expect.any(Mail), expect.any(Text)]);
    const forAll = provide(services => services.addTransient(IChannel, (_services, { requester }) => new Part(requester)).addSingleton(App, [IChannel]));
    expect(forAll.getRequiredService(App).parts).toEqual([new Part(App)]);
  },
  'What an implementation fits': () => {
    abstract class Clock {}
    const provider = validated(services => services.addSingleton(Clock as never).addSingleton<unknown>(IChannel, class Stranger {}));
    expect([provider.getService(Clock), provider.getService(IChannel)]).toEqual([expect.any(Clock), expect.not.objectContaining({ parts: [] })]);
  },
  'Functions as services': () => {
    const IFormat: ServiceToken<() => string> = serviceToken('IFormat');
    const provider = provide(services => services.addSingleton(IFormat, () => () => 'formatted'));
    expect(provider.getRequiredService(IFormat)()).toBe('formatted');
  },
  'Functions with a list': () => {
    const create = (...parts: unknown[]) => new Part(...parts);
    const provider = provide(services => services.addSingleton(Mail).addSingleton(IChannel, create, [Mail]));
    expect(provider.getRequiredService(IChannel).parts).toEqual([provider.getService(Mail)]);
    expect(provider.describeServices()[1]).toMatchObject({ implementation: 'create', dependencies: [{ service: 'Mail', targets: [0] }] });
    expect(() => validated(services => services.addSingleton(IChannel, create, [Mail]))).toThrow(ServiceValidationError);
  },
  'Asynchronous factories': async () => {
    const IReady: ServiceToken<Promise<number>> = serviceToken('IReady');
    expect(() => new ServiceCollection().addSingleton(IReady, async () => 7)).toThrow(code('ERR_INVALID_ARGUMENT'));
    expect(() => provide(services => services.addSingleton(IReady, () => Promise.resolve(7))).getService(IReady)).toThrow(code('ERR_ASYNC_FACTORY'));
    expect(await provide(services => services.addSingleton(IReady, Promise.resolve(7))).getRequiredService(IReady)).toBe(7);
  },
  '`tryAddEnumerable`': () => {
    const create = () => new Mail();
    const services = new ServiceCollection();
    for (const factory of [create, create, () => new Mail()]) services.tryAddEnumerable(describeService(IChannel, 'singleton', factory));
    expect(services.count).toBe(2);
    for (const implementation of [() => new Text(), Text])
      services.tryAddEnumerable(describeService<Part>(IChannel, 'singleton', implementation, { implementationType: Text }));
    expect(services.count).toBe(3);
  },
  'Second names': () => {
    const provider = provide(services => services.addScoped(Mail).addAlias<Part>(IChannel, Mail));
    const { services } = provider.createScope();
    expect(services.getService(IChannel)).toBe(services.getService(Mail));
    expect(provider.describeServices()[1]?.dependencies).toMatchObject([{ targets: [0] }]);
    expect(() => validated(services => services.addScoped(Mail).addAlias<Part>(IChannel, Mail).addSingleton(App, [IChannel]))).toThrow('from singleton');
  },
  Undefined: () => {
    const missing = undefined as never;
    const services = new ServiceCollection();
    const registrations = [
      () => services.addSingleton(missing, Mail),
      () => services.addSingleton(IChannel, missing),
      () => services.addKeyedSingleton(IChannel, missing, Mail),
    ];
    for (const register of registrations)
      expect(thrownBy(register)).toMatchObject({ name: 'ArgumentError', message: expect.stringContaining('is there a circular import?') as string });
    const provider = provide(collection => collection.addKeyedSingleton(IChannel, null, Mail));
    expect(provider.getService(IChannel)).toBe(provider.getKeyedService(IChannel, null));
  },

  'The choice of a constructor': () => {
    const provider = provide(services => services.addSingleton(Mail).addSingleton(App, [Mail, Text]));
    expect(() => provider.getService(App)).toThrow(code('ERR_SERVICE_NOT_REGISTERED'));
  },
  'Parameters without a decorator': () => {
    class Silent {
      constructor(readonly mail: Mail) {}
    }
    const services = new ServiceCollection().addSingleton(Mail).addSingleton(Silent);
    expect(() => new ServiceProvider(services)).toThrow('Nothing says what parameter 0 of the constructor of Silent receives.');
  },
  Subclasses: () => {
    class Parent {
      constructor(@inject(Mail) readonly mail: Mail) {}
    }
    class Child extends Parent {}
    const provider = provide(services => services.addSingleton(Mail).addSingleton(Child));
    expect(provider.getRequiredService(Child).mail).toBe(provider.getService(Mail));
  },
  'Optional parameters': () => {
    class Careful {
      constructor(
        @inject(ILost) @optional() readonly lost: Part | undefined,
        @optional(ILost) readonly other: Part | string = 'the default',
      ) {}
    }
    expect({ ...provide(services => services.addSingleton(Careful)).getRequiredService(Careful) }).toEqual({ lost: undefined, other: 'the default' });
  },
  'Who asks': async () => {
    class Speaker {
      constructor(@inject(ILogger) logger: ILogger) {
        logger.information('here');
      }
    }
    const requesters: unknown[] = [];
    await using host = createTestHost(builder =>
      builder.services.addSingleton(Speaker).addTransient(IChannel, (_services, { requester }) => (requesters.push(requester), new Mail())),
    );
    host.services.getService(Speaker);
    host.services.createInstance(App, [], [IChannel]);
    host.services.getService(IChannel);
    expect([host.logs.messages('Speaker'), requesters]).toEqual([['here'], [App, undefined]]);
  },
  'Arguments of `createInstance`': () => {
    const provider = provide(services => services.addSingleton(Mail));
    const text = new Text();
    expect(provider.createInstance(App, [7, text], [Mail, argument(Number), Text]).parts).toEqual([provider.getService(Mail), 7, text]);
    class Undeclared {
      constructor(readonly value: unknown) {}
    }
    expect(provider.createInstance(Undeclared, [7]).value).toBe(7);
    expect(() => provider.createInstance(App, [text], [IChannel])).toThrow(code('ERR_UNSUITABLE_ARGUMENTS'));
  },

  'What is not registered': () => {
    const provider = provide(() => undefined);
    expect([provider.getService(ILost), provider.getKeyedService(ILost, 'key')]).toEqual([undefined, undefined]);
  },
  Lists: () => {
    const provider = provide(services => services.addSingleton(App, [all(ILost)]));
    expect([provider.isService(ILost), provider.getServices(ILost), provider.getRequiredService(App).parts]).toEqual([false, [], [[]]]);
  },
  'A list that is kept': () => {
    const provider = provide(services => services.addSingleton(IChannel, Mail).addTransient(IBackup, Mail));
    expect(provider.getServices(IChannel)).toBe(provider.getServices(IChannel));
    expect([IChannel, IBackup].map(token => Object.isFrozen(provider.getServices(token)))).toEqual([true, false]);
  },
  'A singleton whose factory returns null': () => {
    const factory = jest.fn(() => null as never);
    const provider = provide(services => services.addSingleton(IChannel, factory).addTransient(App, [IChannel]));
    expect([provider.getService(App), provider.getService(App), provider.getService(IChannel)]).toEqual([new App(null), new App(null), undefined]);
    expect(factory).toHaveBeenCalledTimes(1);
  },
  'Circles through factories': () => {
    for (const method of ['addSingleton', 'addScoped', 'addTransient'] as const) {
      const provider = provide(services =>
        services[method](IChannel, inner => inner.getRequiredService(IBackup))[method](IBackup, inner => inner.getRequiredService(IChannel)),
      );
      const { path } = thrownBy(() => provider.createScope().services.getService(IChannel)) as { readonly path: readonly string[] };
      expect([path.length, ...path.slice(0, 2).sort(), path[2]]).toEqual([3, 'IBackup', 'IChannel', path[0]]);
    }
  },
  'Equality of keys': () => {
    const [key, equal] = [{ id: 1 }, { id: 1 }];
    const provider = provide(services => services.addKeyedSingleton(IChannel, key, Mail).addKeyedSingleton(IChannel, NaN, Text));
    expect([key, equal, NaN, 'NaN'].map(asked => provider.isKeyedService(IChannel, asked))).toEqual([true, false, true, false]);
  },
  'Asking what is registered': () => {
    const provider = provide(services => services.addKeyedSingleton(IChannel, 'key', Mail));
    for (const asked of [provider, provider.createScope().services, provider.getRequiredService(IServiceProviderIsService)])
      expect([asked.isService(IChannel), asked.isKeyedService(IChannel, 'key')]).toEqual([false, true]);
  },
  'Disposing a scope': async () => {
    const trace: string[] = [];
    const provider = provide(services => services.addScoped(IChannel, () => new (disposablesIn(trace).sync('channel'))() as never));
    {
      using scope = provider.createScope();
      scope.services.getService(IChannel);
    }
    {
      await using scope = provider.createScope();
      scope.services.getService(IChannel);
    }
    expect(trace).toEqual(['channel', 'channel']);
  },
  'What an error says': () => {
    const provider = provide(services => services.addSingleton(App, [fromKeyed('a', IChannel)]).addKeyedSingleton(IChannel, 'a', Mail, [ILost]));
    const { message } = thrownBy(() => provider.getService(App)) as Error;
    expect(message).toMatch(/\n {2}Path: App -> IChannel@a\(Mail\) -> ILost\n {2}Mail is registered at .*dependency-injection-differences\.test\.ts:\d+:\d+/);
    const near = provide(services => services.addSingleton(Mail));
    expect(() => near.getRequiredService(serviceToken('IMail'))).toThrow('Did you mean Mail?');
  },

  'Several things missing': () => {
    const { errors } = thrownBy(() => validated(services => services.addSingleton(App, [ILost, IBackup]))) as ServiceValidationError;
    expect([errors[0]?.cause, ...errors[0]!.others]).toMatchObject([{ service: 'ILost' }, { service: 'IBackup' }]);
  },
  'The error of a build': () => {
    const error = thrownBy(() => validated(services => services.addSingleton(App, [Mail]).addSingleton(Mail, [ILost]))) as ServiceValidationError;
    expect(error.errors).toEqual([expect.any(InvalidServiceError), expect.any(InvalidServiceError)]);
    expect(error.message.split('Unable to resolve')).toHaveLength(2);
  },
  'Instances beside scoped services': () => {
    const provider = validated(services => services.addSingleton(IChannel, new Mail()).addScoped(IChannel, Text).addSingleton(App, [IChannel]), {
      validateOnBuild: false,
      validateScopes: true,
    });
    provider.createScope().services.getServices(IChannel);
    expect(() => provider.getService(App)).toThrow(code('ERR_CAPTIVE_DEPENDENCY'));
  },
  'Switching it on': async () => {
    const builder = Host.createEmptyApplicationBuilder({});
    builder.services.addSingleton(App, [ILost]);
    expect(() => builder.useDefaultServiceProvider(options => (options.validateOnBuild = true)).build()).toThrow(ServiceValidationError);
  },
  'Looking at the graph': () => {
    const provider = provide(services => services.addSingleton(App, [IChannel]).addScoped(IChannel, Mail));
    expect(provider.describeServices().map(({ service }) => service)).toEqual(['App', 'IChannel']);
    expect(provider.toMermaid()).toContain('s0 --> s1');
  },
  'Another container': () => {
    const bind = (container: Container) => void container.bind<Part>(IChannel).to(Mail);
    const provider = provide(services => services.addSingleton(IBackup, Text), bind, bind);
    expect([provider.getServices(IChannel).length, provider.container.get(IBackup) === provider.getService(IBackup)]).toEqual([2, true]);
  },

  'A singleton that a scope asks for first': () => {
    const provider = provide(services => services.addSingleton(App, [Mail]).addScoped(Mail));
    const { services } = provider.createScope();
    const [mail] = services.getRequiredService(App).parts;
    expect([mail === provider.getService(Mail), mail === services.getService(Mail)]).toEqual([true, false]);
  },
  'A scoped service outside a scope': () => {
    const register = (services: ServiceCollection) => services.addScoped(Mail);
    const provider = provide(register);
    expect(provider.getService(Mail)).toBe(provider.getService(Mail));
    expect(() => validated(register).getService(Mail)).toThrow(code('ERR_SCOPED_FROM_ROOT'));
  },
  'A scope that is opened in a scope': () => {
    const outer = provide(services => services.addScoped(Mail)).createScope();
    const inner = outer.services.createScope();
    outer[Symbol.dispose]();
    expect(inner.services.getService(Mail)).toBeInstanceOf(Mail);
  },
  'A provider that is disposed before its scopes': () => {
    const trace: string[] = [];
    const provider = provide(services => services.addScoped(IChannel, () => new (disposablesIn(trace).sync('channel'))() as never));
    const scope = provider.createScope();
    scope.services.getService(IChannel);
    provider[Symbol.dispose]();
    expect(() => scope.services.getService(IChannel)).toThrow(code('ERR_OBJECT_DISPOSED'));
    expect(trace).toEqual([]);
    scope[Symbol.dispose]();
    expect(trace).toEqual(['channel']);
  },
  'A transient that the provider itself is asked for': () => {
    const trace: string[] = [];
    const provider = provide(services => services.addTransient(IChannel, () => new (disposablesIn(trace).sync('channel'))() as never));
    for (let request = 0; request < 3; request++) provider.getService(IChannel);
    expect(trace).toEqual([]);
    provider[Symbol.dispose]();
    expect(trace).toEqual(['channel', 'channel', 'channel']);
  },
  'An instance that a factory hands out': () => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    const [given, handedOut] = [new (sync('given'))(), new (sync('handed out'))()] as unknown as [Part, Part];
    const provider = provide(services => services.addSingleton(IChannel, given).addSingleton(IBackup, () => handedOut));
    expect([provider.getService(IChannel), provider.getService(IBackup)]).toEqual([given, handedOut]);
    provider[Symbol.dispose]();
    expect(trace).toEqual(['handed out']);
  },
  'An optional parameter whose service cannot be made': () => {
    const provider = provide(services => services.addSingleton(App, [optional(Mail)]).addSingleton(Mail, [ILost]));
    expect(() => provider.getService(App)).toThrow(code('ERR_SERVICE_NOT_REGISTERED'));
  },
  '`@fromKeyed()` where nothing has the key': () => {
    class Keyed {
      constructor(@inject(Mail) @fromKeyed() readonly mail: Mail) {}
    }
    const provider = provide(services => services.addSingleton(Mail).addKeyedSingleton(Keyed, 'key').addSingleton(Keyed));
    expect(() => provider.getKeyedService(Keyed, 'key')).toThrow(code('ERR_SERVICE_NOT_REGISTERED'));
    expect(provider.getRequiredService(Keyed).mail).toBe(provider.getService(Mail));
  },
  'A registration for any key': () => {
    const provider = provide(services => services.addKeyedSingleton(IChannel, anyKey, Mail).addKeyedSingleton(IChannel, 'text', Text));
    expect(provider.getKeyedService(IChannel, 'mail')).toBeInstanceOf(Mail);
    expect([provider.getKeyedServices(IChannel, anyKey), provider.getKeyedServices(IChannel, 'mail'), provider.getService(IChannel)]).toEqual([
      [expect.any(Text)],
      [],
      undefined,
    ]);
  },
  '`tryAdd…`': () => {
    const services = new ServiceCollection().addSingleton(IChannel, Mail).tryAddSingleton(IChannel, Text).tryAddKeyedSingleton(IChannel, 'key', Text);
    expect(services.count).toBe(2);
  },
  '`replace…`': () => {
    const provider = provide(services => services.addSingleton(IChannel, Mail).addSingleton(IChannel, App).replaceSingleton(IChannel, Text));
    expect(provider.getServices(IChannel)).toEqual([expect.any(App), expect.any(Text)]);
  },
  '`removeAll`': () => {
    const services = new ServiceCollection().addSingleton(IChannel, Mail).addKeyedSingleton(IChannel, 'key', Mail).removeAll(IChannel);
    expect([services.has(IChannel), services.has(IChannel, 'key')]).toEqual([false, true]);
  },
  'What a factory asks for': () => {
    const provider = validated(services => services.addSingleton(IChannel, inner => inner.getRequiredService(ILost)));
    expect(() => provider.getService(IChannel)).toThrow(code('ERR_SERVICE_NOT_REGISTERED'));
  },
  'A class that is registered under two tokens': () => {
    const provider = provide(services => services.addSingleton(Mail).addSingleton(IChannel, Mail).addAlias<Part>(IBackup, Mail));
    expect([IChannel, IBackup].map(token => provider.getService(token) === provider.getService(Mail))).toEqual([false, true]);
  },
  'An earlier registration that needs the token itself': () => {
    const open = () => provide(services => services.addSingleton(IChannel, Mail, [IChannel]).addSingleton(IChannel, Text));
    expect(() => open().getServices(IChannel)).toThrow(code('ERR_CIRCULAR_DEPENDENCY'));
    const provider = open();
    expect(indexOf(provider, provider.getRequiredService(IChannel))).toBe(1);
  },
  'A singleton that failed': () => {
    let attempts = 0;
    const provider = provide(services =>
      services.addSingleton(IChannel, () => {
        if (++attempts === 1) throw new Error('not yet');
        return new Mail();
      }),
    );
    expect(() => provider.getService(IChannel)).toThrow('not yet');
    expect(provider.getService(IChannel)).toBe(provider.getService(IChannel));
  },
  'A list with an item that cannot be made': () => {
    const provider = provide(services => services.addSingleton(IChannel, Mail).addSingleton(IChannel, Text, [ILost]));
    expect(() => provider.getServices(IChannel)).toThrow(code('ERR_SERVICE_NOT_REGISTERED'));
  },
};

/** The programs of the page whose output it shows, each with that. */
const programs = [...page.matchAll(/```ts\n((?:(?!```)[^])*)```\n\n(?:(?!```)[^])*```(?:text|mermaid)\n((?:(?!```)[^])*)```/g)].map(
  ([, source, output]) => [source!, output!] as const,
);

// Inside node_modules, so that the packages are found from there.
const folder = resolve('node_modules/.cache/hostward-test', `docs-di-${process.pid}`);

beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a program prints, or says when it fails, as if it were /srv/shop/main.ts. */
async function outputOf(source: string, name: string): Promise<string> {
  const at = join(folder, name);
  await mkdir(at);
  await writeFile(join(at, 'main.ts'), source);
  await build({
    stdin: { contents: `await import('./main.ts').catch(({ message }) => console.log(message));`, resolveDir: at },
    outfile: join(at, 'main.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    sourcemap: 'inline',
    keepNames: true,
    alias: { hostward: resolve('src/index.ts') },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  });
  const { stdout } = await run(process.execPath, ['--enable-source-maps', join(at, 'main.mjs')], { home: folder });
  return stdout.replace(/(?:file:\/\/)?\/[^\s]*\/main\.ts/g, '/srv/shop/main.ts');
}

/** Columns are those of the compiler's source map. */
const withoutColumns = (output: string) => output.trimEnd().replace(/(main\.ts:\d+):\d+/g, '$1');

describe('docs/dependency-injection.md', () => {
  const differences = page.slice(page.indexOf('## Deliberate differences from .NET'), page.indexOf('## Coming from .NET'));
  const lines = [...differences.matchAll(/^\| (.+?) +\| .+\|$/gm)].map(match => match[1]!).filter(what => what !== 'What' && !what.startsWith('---'));

  it('says nothing of .NET that is not tried out here, and nothing is tried out that it does not say', () => {
    expect(lines).toEqual(Object.keys(checks));
  });

  it.each(Object.keys(checks))('is right about: %s', async what => {
    await checks[what]!();
  });

  it.each(programs.map(([source, output], index) => [index + 1, source, output] as const))(
    'shows what its program %d prints',
    async (index, source, output) => {
      expect(withoutColumns(await outputOf(source, `program-${index}`))).toBe(withoutColumns(output));
    },
  );

  it('shows the output of three programs', () => {
    expect(programs.length).toBe(3);
  });

  it('is right about what a host checks', async () => {
    const register = (services: ServiceCollection) => services.addSingleton(App, [ILost]);
    const hostIn = (environmentName: string) => {
      const builder = Host.createApplicationBuilder({ environmentName });
      register(builder.services);
      return builder.build();
    };
    expect(() => hostIn('Development')).toThrow(ServiceValidationError);
    await hostIn('Production')[Symbol.asyncDispose]();
    expect(() => createTestHost(builder => register(builder.services))).toThrow(ServiceValidationError);
    const told = createTestHost(builder => {
      register(builder.services);
      builder.useDefaultServiceProvider(options => (options.validateOnBuild = false));
    });
    await told[Symbol.asyncDispose]();
  });
});
