import {
  all,
  anyKey,
  argument,
  fromKeyed,
  inheritedKey,
  inject,
  optional,
  ServiceCollection,
  serviceKey,
  ServiceProvider,
  serviceToken,
  type ServiceValidationError,
  tokenName,
} from 'hostward';
import { dependenciesOf } from '../../../src/hosting/dependency-injection/dependency.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { provide, thrownBy } from './provide.js';

expectNoLeaks();

const IName = serviceToken<string>('IName');
const INumber = serviceToken<number>('INumber');

/** Resolves `type` from a container that knows a name and two numbers. */
function resolve<T>(type: new (...args: any[]) => T, register = (services: ServiceCollection) => services.addTransient(type)): T {
  const services = new ServiceCollection().addSingleton(IName, 'hostward').addSingleton(INumber, 1).addSingleton(INumber, 2);
  return new ServiceProvider(register(services)).getRequiredService(type);
}

/** What is said of the constructors of which not every parameter is declared, when the provider is built. */
function undeclaredIn(register: (services: ServiceCollection) => ServiceCollection): string[] {
  const services = register(new ServiceCollection());
  const error = thrownBy(() => new ServiceProvider(services)) as ServiceValidationError;
  expect(error).toMatchObject({ name: 'ServiceValidationError', code: 'ERR_SERVICE_VALIDATION' });
  for (const { cause } of error.errors) expect(cause).toMatchObject({ name: 'ArgumentError', paramName: 'implementationType' });
  return error.errors.map(({ cause }) => cause.message);
}

describe('a token', () => {
  it('of an interface is a symbol of its own with the name of the interface', () => {
    const token = serviceToken('IName');
    expect([typeof token, token.toString(), token === serviceToken('IName')]).toEqual(['symbol', 'Symbol(IName)', false]);
  });

  it.each([
    [IName, 'IName'],
    [class Mailer {}, 'Mailer'],
    [(() => class {})(), '(anonymous class)'],
    [Symbol() as never, 'Symbol()'],
  ])('has a name for people', (token, name) => {
    expect(tokenName(token)).toBe(name);
  });
});

describe('a constructor', () => {
  class Decorated {
    constructor(
      @inject(IName) readonly name: string,
      @inject(INumber) readonly last: number,
      @all(INumber) readonly numbers: readonly number[],
    ) {}
  }

  it('receives what its decorators say, parameter by parameter', () => {
    expect({ ...resolve(Decorated) }).toEqual({ name: 'hostward', last: 2, numbers: [1, 2] });
  });

  it('receives the same from a dependency list, without decorators', () => {
    class Plain {
      readonly received: unknown[];
      constructor(...received: unknown[]) {
        this.received = received;
      }
    }
    const list = [IName, INumber, all(INumber), inject(IName), optional(IName)] as const;
    expect(resolve(Plain, services => services.addTransient(Plain, list)).received).toEqual(['hostward', 2, [1, 2], 'hostward', 'hostward']);
  });

  it('is given a dependency list in place of what its decorators say', () => {
    const ISeven = serviceToken<number>('ISeven');
    const register = (services: ServiceCollection) => services.addSingleton(ISeven, 7).addTransient(Decorated, [IName, ISeven, all(ISeven)]);
    expect({ ...resolve(Decorated, register) }).toEqual({ name: 'hostward', last: 7, numbers: [7] });
  });

  const IMissing = serviceToken<object>('IMissing');

  it('receives undefined for an optional dependency that is not registered, and an empty list for all of it', () => {
    class Lenient {
      constructor(
        @inject(IMissing) @optional() readonly first: object | undefined,
        @optional() @inject(IMissing) readonly second: object | undefined,
        @optional(IMissing) readonly third: object | undefined,
        @all(IMissing) readonly fourth: readonly object[],
        @inject(IName) @optional() readonly fifth: string | undefined,
      ) {}
    }
    expect({ ...resolve(Lenient) }).toEqual({ first: undefined, second: undefined, third: undefined, fourth: [], fifth: 'hostward' });
    class Plain {
      constructor(
        readonly first: object | undefined,
        readonly second: readonly object[],
      ) {}
    }
    expect({ ...resolve(Plain, services => services.addTransient(Plain, [optional(IMissing), all(IMissing)])) }).toEqual({ first: undefined, second: [] });
  });

  it('that a subclass inherits receives the same', () => {
    class Silent extends Decorated {}
    class Deeper extends Silent {
      readonly own = true;
    }
    expect(resolve(Silent).name).toBe('hostward');
    expect({ ...resolve(Deeper) }).toEqual({ name: 'hostward', last: 2, numbers: [1, 2], own: true });
  });

  it('of a subclass receives what the subclass says, and the parent stays as it is', () => {
    class Reversed extends Decorated {
      constructor(@all(INumber) numbers: readonly number[], @inject(IName) name: string) {
        super(name, 7, numbers);
      }
    }
    expect({ ...resolve(Reversed) }).toEqual({ name: 'hostward', last: 7, numbers: [1, 2] });
    expect({ ...resolve(Decorated) }).toEqual({ name: 'hostward', last: 2, numbers: [1, 2] });
    expect(dependenciesOf(Decorated)).toEqual([{ token: IName }, { token: INumber }, { token: INumber, isMultiple: true }]);
  });

  it('of a subclass without parameters of its own receives nothing that it does not take', () => {
    class Fixed extends Decorated {
      constructor() {
        super('fixed', 0, []);
      }
    }
    expect(resolve(Fixed, services => services.addTransient(Fixed, [])).name).toBe('fixed');
    expect(dependenciesOf(Fixed)).toEqual([]);
    expect(new ServiceProvider(new ServiceCollection().addTransient(Fixed)).getRequiredService(Fixed).name).toBe('fixed');
  });

  it('of a subclass that passes on whatever it is given receives what its parent does', () => {
    class Passing extends Decorated {
      constructor(...args: ConstructorParameters<typeof Decorated>) {
        super(...args);
      }
    }
    class Own extends Passing {
      readonly own = [this.name];
    }
    expect({ ...resolve(Passing) }).toEqual({ name: 'hostward', last: 2, numbers: [1, 2] });
    expect(resolve(Own).own).toEqual(['hostward']);
  });

  it('of a subclass of one that takes nothing receives nothing either', () => {
    class Fixed extends Decorated {
      constructor() {
        super('fixed', 0, []);
      }
    }
    class Child extends Fixed {}
    expect(dependenciesOf(Child)).toEqual([]);
    expect(resolve(Child).name).toBe('fixed');
  });

  it('needs to say what each of its parameters receives', () => {
    class Half {
      constructor(
        @inject(IName) readonly name: string,
        readonly forgotten: number,
      ) {}
    }
    class OptionalOnly {
      constructor(@optional() readonly what: unknown) {}
    }
    class KeyOnly {
      constructor(@fromKeyed('key') readonly what: unknown) {}
    }
    for (const [type, index] of [
      [Half, 1],
      [OptionalOnly, 0],
      [KeyOnly, 0],
    ] as const)
      expect(undeclaredIn(services => services.addSingleton(type as typeof Half))).toEqual([
        `Nothing says what parameter ${index} of the constructor of ${type.name} receives. Decorate it with @inject(token), or register the class with a dependency list. (Parameter 'implementationType')`,
      ]);
  });

  it('that does not say it is found when the provider is built, with all others, whatever asks for it', () => {
    class One {
      constructor(readonly first: unknown) {}
    }
    class Two {
      constructor(
        @inject(IName) readonly first: string,
        readonly second: unknown,
      ) {}
    }
    const register = (services: ServiceCollection) =>
      services.addSingleton(One).addSingleton(IName, 'hostward').addKeyedScoped(Two, 'key').addTransient(One, [IName]).addTransient(IMissing, One);
    expect(undeclaredIn(register)).toEqual([
      expect.stringContaining('parameter 0 of the constructor of One'),
      expect.stringContaining('parameter 1 of the constructor of Two'),
      expect.stringContaining('parameter 0 of the constructor of One'),
    ]);
  });

  it('of a subclass that has parameters of its own does not receive what its parent does', () => {
    class Own extends Decorated {
      constructor(name: string, last: number, numbers: readonly number[]) {
        super(name, last, numbers);
      }
    }
    expect(undeclaredIn(services => services.addSingleton(Own))).toEqual([
      expect.stringContaining('Nothing says what parameter 0 of the constructor of Own receives.'),
    ]);
  });

  it('of a subclass whose parent says nothing needs to say it, too', () => {
    class Parent {
      constructor(readonly what: unknown) {}
    }
    class Child extends Parent {}
    expect(undeclaredIn(services => services.addSingleton(Child))).toEqual([expect.stringContaining('parameter 0 of the constructor of Parent')]);
  });
});

describe('a keyed dependency', () => {
  const IPort = serviceToken<number>('IPort');
  const register = (services: ServiceCollection) =>
    services.addKeyedSingleton(IPort, 'http', 80).addKeyedSingleton(IPort, 'https', 443).addKeyedSingleton(IPort, 'https', 8443).addSingleton(IPort, 1);

  class Server {
    constructor(
      @inject(IPort) readonly plain: number,
      @inject(IPort) @fromKeyed('http') readonly http: number,
      @fromKeyed('https', IPort) readonly https: number,
      @all(IPort) @fromKeyed('https') readonly secure: readonly number[],
      @all(fromKeyed(anyKey, IPort)) readonly every: readonly number[],
      @optional(fromKeyed('ftp', IPort)) readonly ftp: number | undefined,
      @fromKeyed(null, IPort) readonly nullKey: number,
    ) {}
  }
  const expected = { plain: 1, http: 80, https: 8443, secure: [443, 8443], every: [80, 443, 8443], ftp: undefined, nullKey: 1 };

  it('is declared by decorators', () => {
    const provider = provide(services => register(services).addSingleton(Server));
    expect({ ...provider.getRequiredService(Server) }).toEqual(expected);
  });

  it('is declared by the entries of a list, nested either way', () => {
    class Listed {
      readonly received: unknown[];
      constructor(...received: unknown[]) {
        this.received = received;
      }
    }
    const list = [
      IPort,
      fromKeyed('http', IPort),
      fromKeyed('https', inject(IPort)),
      fromKeyed('https', all(IPort)),
      all(fromKeyed(anyKey, IPort)),
      fromKeyed('ftp', optional(IPort)),
      fromKeyed(null, IPort),
    ];
    const provider = provide(services => register(services).addSingleton(Listed, list));
    expect(provider.getRequiredService(Listed).received).toEqual(Object.values(expected));
  });

  it('without a key has that under which its owner is made, level by level', () => {
    class Socket {
      constructor(
        @inject(IPort) @fromKeyed() readonly port: number,
        @serviceKey(String) readonly key: string,
      ) {}
    }
    class Site {
      constructor(
        @fromKeyed(inheritedKey, Socket) readonly socket: Socket,
        @all(IPort) @fromKeyed() readonly ports: readonly number[],
        @optional(serviceKey()) readonly key: unknown,
      ) {}
    }
    const provider = provide(services =>
      register(services)
        .addKeyedTransient(Site, 'http')
        .addKeyedTransient(Site, anyKey)
        .addTransient(Site, Site, [Socket, all(IPort), optional(serviceKey())])
        .addKeyedTransient(Socket, anyKey)
        .addTransient(Socket, Socket, [fromKeyed(inheritedKey, IPort), IName])
        .addSingleton(IName, 'no key'),
    );
    const site = (key: string | undefined) => JSON.parse(JSON.stringify(provider.getKeyedService(Site, key)));
    expect(site('http')).toEqual({ socket: { port: 80, key: 'http' }, ports: [80], key: 'http' });
    expect(site('https')).toEqual({ socket: { port: 8443, key: 'https' }, ports: [443, 8443], key: 'https' });
    expect(site(undefined)).toEqual({ socket: { port: 1, key: 'no key' }, ports: [1] });
  });

  it('takes only a key of its type', () => {
    class Socket {
      constructor(@serviceKey(Number) readonly port: number) {}
    }
    const provider = provide(services => services.addKeyedTransient(Socket, anyKey).addSingleton(Socket));
    expect(provider.getKeyedService(Socket, 80)).toEqual({ port: 80 });
    expect(thrownBy(() => provider.getKeyedService(Socket, 'http'))).toMatchObject({ code: 'ERR_SERVICE_KEY', service: 'Socket', path: ['Socket@http'] });
    expect(thrownBy(() => provider.getService(Socket))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', service: 'number', implementation: 'Socket' });
  });

  it.each<[string, () => unknown]>([
    ['a decorator', () => fromKeyed(undefined)],
    ['an entry of a list', () => fromKeyed(undefined, IPort)],
  ])('whose key a circular import left undefined is found where it is declared: %s', (_what, declare) => {
    expect(declare).toThrow(expect.objectContaining({ name: 'ArgumentError', paramName: 'key' }));
  });

  it('and an argument are what they are in the list of what a class needs', () => {
    class Mixed {
      constructor(@fromKeyed('http', IPort) _a: number, @serviceKey(Number) _b: number, @argument(String) _c: string, @optional(argument()) _d: unknown) {}
    }
    expect(dependenciesOf(Mixed)).toEqual([
      { token: IPort, key: 'http' },
      { isServiceKey: true, accepts: Number },
      { isArgument: true, accepts: String },
      { isArgument: true, isOptional: true },
    ]);
  });
});

describe('a dependency', () => {
  it.each([inject, all])('that is undefined, as a circular import leaves it, is found where it is declared', declare => {
    expect(() => declare(undefined as never)).toThrow(
      expect.objectContaining({
        name: 'ArgumentError',
        paramName: 'token',
        message: expect.stringContaining('this is undefined; is there a circular import?'),
      }),
    );
  });

  it.each([null, 'IName', 7, ['IName']])('is not %p', token => {
    expect(() => inject(token as never)).toThrow(`A service token is a symbol or a class, but this is ${String(token)}`);
  });

  it('that is undefined is found in a list by its place', () => {
    class Plain {
      constructor(
        readonly a: string,
        readonly b: string,
      ) {}
    }
    for (const entry of [undefined, optional()])
      expect(() => new ServiceCollection().addSingleton(Plain, [IName, entry as never])).toThrow(
        expect.objectContaining({
          name: 'ArgumentError',
          paramName: 'dependencies',
          message: expect.stringContaining('Entry 1 of the dependency list is no service token but undefined'),
        }),
      );
  });

  it.each<[string, () => void]>([
    ['a property', () => inject(IName)(class {}.prototype, 'name', undefined as never)],
    ['a method', () => inject(IName)(class {}.prototype, 'method', 0)],
    ['a static method', () => inject(IName)(class {}, 'method', 0)],
  ])('is not declared on %s', (_what, decorate) => {
    expect(decorate).toThrow(
      expect.objectContaining({
        name: 'ArgumentError',
        paramName: 'target',
        message: expect.stringContaining('Dependencies are declared on constructor parameters'),
      }),
    );
  });
});
