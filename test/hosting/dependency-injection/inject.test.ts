import { all, inject, optional, ServiceCollection, ServiceProvider, serviceToken, tokenName } from 'hostward';
import { dependenciesOf } from '../../../src/hosting/dependency-injection/inject.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const IName = serviceToken<string>('IName');
const INumber = serviceToken<number>('INumber');

/** Resolves `type` from a container that knows a name and two numbers. */
function resolve<T>(type: new (...args: any[]) => T, register = (services: ServiceCollection) => services.addTransient(type)): T {
  const services = new ServiceCollection().addSingleton(IName, 'hostward').addSingleton(INumber, 1).addSingleton(INumber, 2);
  return new ServiceProvider(register(services)).getRequiredService(type);
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
      @all(INumber) readonly numbers: number[],
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
    expect({ ...resolve(Decorated, services => services.addTransient(Decorated, [IName, IName, all(IName)])) }).toEqual({
      name: 'hostward',
      last: 'hostward',
      numbers: ['hostward'],
    });
  });

  const IMissing = serviceToken<object>('IMissing');

  it('receives undefined for an optional dependency that is not registered, and an empty list for all of it', () => {
    class Lenient {
      constructor(
        @inject(IMissing) @optional() readonly first: object | undefined,
        @optional() @inject(IMissing) readonly second: object | undefined,
        @optional(IMissing) readonly third: object | undefined,
        @all(IMissing) readonly fourth: object[],
        @inject(IName) @optional() readonly fifth: string | undefined,
      ) {}
    }
    expect({ ...resolve(Lenient) }).toEqual({ first: undefined, second: undefined, third: undefined, fourth: [], fifth: 'hostward' });
    class Plain {
      constructor(
        readonly first: object | undefined,
        readonly second: object[],
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
      constructor(@all(INumber) numbers: number[], @inject(IName) name: string) {
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
    for (const [type, index] of [
      [Half, 1],
      [OptionalOnly, 0],
    ] as const)
      expect(() => new ServiceCollection().addSingleton(type as typeof Half)).toThrow(
        expect.objectContaining({
          name: 'ArgumentError',
          message: `Nothing says what parameter ${index} of the constructor of ${type.name} receives. Decorate it with @inject(token), or register the class with a dependency list. (Parameter 'implementationType')`,
        }),
      );
  });

  it('of a subclass that has parameters of its own does not receive what its parent does', () => {
    class Own extends Decorated {
      constructor(name: string, last: number, numbers: number[]) {
        super(name, last, numbers);
      }
    }
    expect(() => new ServiceCollection().addSingleton(Own)).toThrow('Nothing says what parameter 0 of the constructor of Own receives.');
  });

  it('of a subclass whose parent says nothing needs to say it, too', () => {
    class Parent {
      constructor(readonly what: unknown) {}
    }
    class Child extends Parent {}
    expect(() => new ServiceCollection().addSingleton(Child)).toThrow('parameter 0 of the constructor of Parent');
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
