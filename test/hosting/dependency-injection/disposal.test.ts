import { anyKey, inject, IServiceProvider, type ServiceProvider, type ServiceToken, serviceToken } from 'hostward';
import { disposablesIn, provide } from './provide.js';

const token = (name: string): ServiceToken<unknown> => serviceToken(name);
const [IA, IB, IC, ID] = [token('A'), token('B'), token('C'), token('D')];
const ask = (services: IServiceProvider, ...tokens: ServiceToken<unknown>[]) => void tokens.forEach(item => services.getRequiredService(item));
const dispose = async (target: AsyncDisposable): Promise<void> => target[Symbol.asyncDispose]();
const outcome = (target: AsyncDisposable): Promise<unknown> =>
  dispose(target).then(
    () => undefined,
    (error: unknown) => error,
  );

const failing = (trace: string[], name: string) => () => ({
  [Symbol.dispose]() {
    trace.push(name);
    throw new Error(`${name} failed`);
  },
});

describe('disposing a provider', () => {
  let trace: string[];
  let sync: ReturnType<typeof disposablesIn>['sync'];
  let async: ReturnType<typeof disposablesIn>['async'];
  beforeEach(() => {
    trace = [];
    ({ sync, async } = disposablesIn(trace));
  });

  it('runs in reverse order of construction, not of registration', async () => {
    const provider = provide(services => services.addSingleton(IA, sync('a')).addSingleton(IB, sync('b')).addSingleton(IC, sync('c')));
    ask(provider, IB, IC, IA);
    await dispose(provider);
    expect(trace).toEqual(['a', 'c', 'b']);
  });

  it('disposes what needs another before that', async () => {
    const make = { inner: sync('inner'), part: sync('part'), outer: sync('outer') };
    const provider = provide(services => services.addSingleton(IC, make.outer, [IB, IA]).addSingleton(IA, make.inner).addTransient(IB, make.part, [IA]));
    ask(provider, IC);
    await dispose(provider);
    expect(trace).toEqual(['outer', 'part', 'inner']);
  });

  it('prefers the asynchronous form, and goes on only when it has ended', async () => {
    const both = () => ({ [Symbol.dispose]: () => trace.push('sync form'), [Symbol.asyncDispose]: async () => void trace.push('async form') });
    const provider = provide(services => services.addSingleton(IA, sync('a')).addSingleton(IB, async('b')).addSingleton(IC, both));
    ask(provider, IA, IB, IC);
    await dispose(provider);
    expect(trace).toEqual(['async form', 'b begins', 'b ends', 'a']);
  });

  it('covers what classes and factories made, of every lifetime', async () => {
    const provider = provide(services =>
      services
        .addSingleton(IA, sync('singleton'))
        .addScoped(IB, sync('scoped'))
        .addTransient(IC, sync('transient'))
        .addTransient(ID, () => new (sync('made'))()),
    );
    ask(provider, IA, IB, IC, IC, ID);
    await dispose(provider);
    expect(trace).toEqual(['made', 'transient', 'transient', 'scoped', 'singleton']);
  });

  it('disposes a disposable function, too', async () => {
    const provider = provide(services => services.addSingleton(IA, () => Object.assign(() => undefined, { [Symbol.dispose]: () => trace.push('function') })));
    ask(provider, IA);
    await dispose(provider);
    expect(trace).toEqual(['function']);
  });

  it('never disposes a ready-made instance', async () => {
    const provider = provide(services => services.addSingleton(IA, new (sync('instance'))()).addAlias(IB, IA));
    ask(provider, IA, IB);
    provider.getServices(IA);
    await dispose(provider);
    expect(trace).toEqual([]);
  });

  it('constructs nothing for it', async () => {
    const factory = jest.fn();
    await dispose(provide(services => services.addSingleton(IA, factory)));
    expect(factory).not.toHaveBeenCalled();
  });

  it('disposes an object once, at the place where it was first made, whatever hands it out again', async () => {
    const provider = provide(services =>
      services
        .addSingleton(IA, sync('shared'))
        .addSingleton(IB, sync('between'))
        .addSingleton(IC, p => p.getService(IA))
        .addTransient(ID, p => p.getService(IA)),
    );
    ask(provider, IA, IB, IC, ID, ID);
    await dispose(provider);
    expect(trace).toEqual(['between', 'shared']);
  });

  it('disposes an object with an alias once', async () => {
    const provider = provide(services => services.addSingleton(IA, sync('a')).addAlias(IB, IA));
    ask(provider, IB, IA);
    await dispose(provider);
    expect(trace).toEqual(['a']);
  });

  it('happens once', async () => {
    const provider = provide(services => services.addSingleton(IA, failing(trace, 'a')));
    ask(provider, IA);
    expect(await outcome(provider)).toEqual(new Error('a failed'));
    expect(await outcome(provider)).toBeUndefined();
    expect(trace).toEqual(['a']);
  });

  it('goes on past a failure and rejects with it as it is', async () => {
    const provider = provide(services => services.addSingleton(IA, sync('a')).addSingleton(IB, failing(trace, 'b')).addSingleton(IC, async('c')));
    ask(provider, IA, IB, IC);
    expect(await outcome(provider)).toEqual(new Error('b failed'));
    expect(trace).toEqual(['c begins', 'c ends', 'b', 'a']);
  });

  it('reports several failures as an aggregate in the order of their occurrence', async () => {
    const rejecting = () => ({ [Symbol.asyncDispose]: () => Promise.reject(new Error('b rejected')) });
    const provider = provide(services => services.addSingleton(IA, failing(trace, 'a')).addSingleton(IB, rejecting).addSingleton(IC, failing(trace, 'c')));
    ask(provider, IA, IB, IC);
    expect(await outcome(provider)).toMatchObject({ name: 'AggregateError', errors: [new Error('c failed'), new Error('b rejected'), new Error('a failed')] });
  });

  it('is not asked of what threw while it was made, but of what had been made for it', async () => {
    const provider = provide(services =>
      services.addSingleton(IA, sync('a')).addSingleton(IB, p => {
        p.getService(IA);
        throw new Error('no b');
      }),
    );
    expect(() => provider.getService(IB)).toThrow('no b');
    await dispose(provider);
    expect(trace).toEqual(['a']);
  });

  it('lets nothing be resolved meanwhile', async () => {
    class Late implements Disposable {
      constructor(@inject(IServiceProvider) private readonly services: IServiceProvider) {}

      [Symbol.dispose](): void {
        this.services.getService(IA);
      }
    }
    const provider = provide(services => services.addSingleton(IA, sync('a')).addSingleton(Late));
    ask(provider, Late);
    expect(await outcome(provider)).toMatchObject({ code: 'ERR_OBJECT_DISPOSED' });
    expect(trace).toEqual([]);
  });

  it.each(['addSingleton', 'addTransient'] as const)('from within a disposal is harmless: %s', async method => {
    const nested = (): AsyncDisposable => ({ [Symbol.asyncDispose]: async () => (trace.push('nested'), await dispose(provider)) });
    const provider: ServiceProvider = provide(services => services[method](IA, nested));
    ask(provider, IA);
    await dispose(provider);
    expect(trace).toEqual(['nested']);
  });

  it('does not dispose itself, although singletons hold it', async () => {
    const provider = provide(services => services.addSingleton(IA, p => p));
    expect(provider.getService(IA)).toBe(provider.getService(IServiceProvider));
    await dispose(provider);
  });

  it('disposes what keyed registrations made, for each key that was asked for', async () => {
    const provider = provide(services =>
      services.addKeyedSingleton(IA, anyKey, (_services, key) => ({ [Symbol.dispose]: () => trace.push(String(key)) })).addKeyedSingleton(IB, 'b', sync('b')),
    );
    for (const key of ['x', 'y', 'x']) provider.getKeyedService(IA, key);
    provider.getKeyedService(IB, 'b');
    await dispose(provider);
    expect(trace).toEqual(['b', 'y', 'x']);
  });

  it('never disposes what createInstance made, but what it was made with', async () => {
    const provider = provide(services => services.addTransient(IA, sync('part')));
    const Whole = sync('whole');
    expect(provider.createInstance(Whole, [], [IA])).toBeInstanceOf(Whole);
    await dispose(provider);
    expect(trace).toEqual(['part']);
  });

  it('from within a constructor disposes what that makes as well', async () => {
    let disposal: Promise<void> | undefined;
    const provider: ServiceProvider = provide(services => services.addSingleton(IA, () => ((disposal = dispose(provider)), new (sync('a'))())));
    expect(() => provider.getService(IA)).toThrow(expect.objectContaining({ code: 'ERR_OBJECT_DISPOSED' }));
    await disposal;
    expect(trace).toEqual(['a']);
  });
});

describe('disposing a provider synchronously', () => {
  it('runs in reverse order of construction, by the synchronous form', () => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    const both = () => ({ [Symbol.dispose]: () => trace.push('sync form'), [Symbol.asyncDispose]: async () => void trace.push('async form') });
    const provider = provide(services => services.addSingleton(IA, sync('a')).addTransient(IB, sync('b'), [IA]).addSingleton(IC, both));
    ask(provider, IB, IC);
    provider[Symbol.dispose]();
    provider[Symbol.dispose]();
    expect(trace).toEqual(['sync form', 'b', 'a']);
  });

  it('fails for what can be disposed asynchronously only, and disposes the rest', async () => {
    const trace: string[] = [];
    const { sync, async } = disposablesIn(trace);
    class Queue extends async('queue') {}
    const provider = provide(services => services.addSingleton(IA, sync('a')).addSingleton(IB, Queue).addSingleton(IC, sync('c')));
    ask(provider, IA, IB, IC);
    expect(() => provider[Symbol.dispose]()).toThrow(
      expect.objectContaining({ name: 'InvalidOperationError', message: expect.stringContaining("'Queue' type only implements") }),
    );
    expect(await outcome(provider)).toBeUndefined();
    expect(trace).toEqual(['c', 'a']);
  });

  it('goes on past failures, and throws one as it is, several as an aggregate', () => {
    const trace: string[] = [];
    const open = (...names: string[]) => {
      const provider = provide(services => names.forEach(name => services.addSingleton(IA, failing(trace, name)).addSingleton(IA, () => ({}))));
      provider.getServices(IA);
      return provider;
    };
    expect(() => open('a')[Symbol.dispose]()).toThrow(new Error('a failed'));
    expect(() => open('a', 'b')[Symbol.dispose]()).toThrow(
      expect.objectContaining({ name: 'AggregateError', errors: [new Error('b failed'), new Error('a failed')] }),
    );
  });

  it('ends a block that uses it', () => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    {
      using provider = provide(services => services.addSingleton(IA, sync('provider')).addScoped(IB, sync('scope')));
      using scope = provider.createScope();
      ask(scope.services, IB, IA);
    }
    expect(trace).toEqual(['scope', 'provider']);
  });

  it('is what disposing the injected IServiceProvider of a singleton does', () => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    const provider = provide(services => services.addSingleton(IA, sync('a')).addSingleton(IB, p => p));
    ask(provider, IA);
    (provider.getService(IB) as Disposable)[Symbol.dispose]();
    expect(trace).toEqual(['a']);
    expect(() => provider.getService(IA)).toThrow(expect.objectContaining({ code: 'ERR_OBJECT_DISPOSED' }));
  });

  it.each(['addSingleton', 'addScoped', 'addTransient'] as const)('from within a factory disposes what that makes as well: %s', method => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    const owner: { target?: Disposable } = {};
    const provider = provide(services => services[method](IA, () => (owner.target![Symbol.dispose](), new (sync('a'))())));
    const scope = provider.createScope();
    owner.target = method === 'addSingleton' ? provider : scope;
    expect(() => scope.services.getService(IA)).toThrow(expect.objectContaining({ code: 'ERR_OBJECT_DISPOSED' }));
    expect(trace).toEqual(['a']);
  });
});

describe('disposing a scope', () => {
  it('disposes the scoped and transient services that were made in it, last made first, and no singleton', async () => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    const provider = provide(services =>
      services.addSingleton(IA, sync('singleton')).addScoped(IB, sync('scoped')).addTransient(IC, sync('transient')).addTransient(ID, sync('dependency')),
    );
    ask(provider, ID);
    const [scope, other] = [provider.createScope(), provider.createScope()];
    ask(scope.services, IC, IA, IB, IC);
    ask(other.services, IB);
    await dispose(scope);
    await dispose(scope);
    expect(trace.splice(0)).toEqual(['transient', 'scoped', 'transient']);
    await dispose(provider);
    expect(trace.splice(0)).toEqual(['singleton', 'dependency']);
    await dispose(other);
    expect(trace).toEqual(['scoped']);
  });

  it('leaves the transients of a singleton alone, because they live as long as that', async () => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    const provider = provide(services => services.addSingleton(IA, sync('singleton'), [IB]).addTransient(IB, sync('part')));
    const scope = provider.createScope();
    ask(scope.services, IA);
    await dispose(scope);
    expect(trace).toEqual([]);
    await dispose(provider);
    expect(trace).toEqual(['singleton', 'part']);
  });

  it('leaves a singleton alone that was asked for through an alias', async () => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    const provider = provide(services => services.addSingleton(IA, sync('singleton')).addAlias(IB, IA));
    const scope = provider.createScope();
    ask(scope.services, IB);
    await dispose(scope);
    expect(trace).toEqual([]);
  });

  it('goes on past failures, as disposing the provider does', async () => {
    const trace: string[] = [];
    const provider = provide(services => services.addScoped(IA, failing(trace, 'a')).addScoped(IB, failing(trace, 'b')));
    const scope = provider.createScope();
    ask(scope.services, IA, IB);
    expect(await outcome(scope)).toMatchObject({ errors: [new Error('b failed'), new Error('a failed')] });
  });

  it('ends a block that uses it', async () => {
    const trace: string[] = [];
    const { async } = disposablesIn(trace);
    const provider = provide(services => services.addScoped(IA, async('a')));
    {
      await using scope = provider.createScope();
      ask(scope.services, IA);
    }
    expect(trace).toEqual(['a begins', 'a ends']);
  });
});
