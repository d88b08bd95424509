import { argument, type Class, createFactory, inject, type IServiceProvider, ServiceCollection, ServiceProvider, type ValueType } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, type Parts } from './services.js';

expectNoLeaks();

type Create = <T>(services: IServiceProvider, type: Class<T>, ...args: unknown[]) => T;

/** At once, or prepared by the types of the arguments. */
const ways: readonly [string, Create][] = [
  ['createInstance', (services, type, ...args) => services.createInstance(type, args)],
  ['createFactory', (services, type, ...args) => createFactory(type, args.map(typeOf))(services, args)],
];

function typeOf(value: unknown): ValueType {
  return (value as object).constructor as ValueType;
}

class NeedsA {
  constructor(@inject(A) readonly a: Parts) {}
}
class NeedsTexts {
  constructor(
    @inject(A) readonly a: Parts,
    @argument(String) readonly first: string,
    @argument(String) readonly second: string,
  ) {}
}
class Initialised {
  static readonly values: number[] = [];
  static {
    this.values.push(1);
  }
}
class Defaulted {
  constructor(readonly text = 'BLARGH') {}
}
const failure = new Error('some error');
class Throwing {
  constructor() {
    throw failure;
  }
}
class ThrowingWithArgument {
  constructor(@argument(String) readonly text: string) {
    throw failure;
  }
}
class Counted {
  static count = 0;

  constructor(@inject(A) readonly a: Parts) {
    Counted.count++;
  }
}

// What must not compile is never run: an unused `@ts-expect-error` is an error of `npm run typecheck`.
abstract class Abstract {}
class Private {
  private constructor() {}
  static readonly shared = new Private();
}
class Protected {
  protected constructor() {}
}
const refused = {
  abstract(services: IServiceProvider): void {
    // @ts-expect-error -- an abstract class cannot be constructed
    services.createInstance(Abstract);
    // @ts-expect-error -- nor prepared
    createFactory(Abstract, []);
  },
  private(services: IServiceProvider): void {
    // @ts-expect-error -- a private constructor is not for others
    services.createInstance(Private);
    // @ts-expect-error -- nor is it for preparation
    createFactory(Private, []);
  },
  internal(services: IServiceProvider): void {
    // @ts-expect-error -- a protected constructor is for subclasses only
    services.createInstance(Protected);
    // @ts-expect-error -- nor is it for preparation
    createFactory(Protected, []);
  },
};

describe.each(ways)('%s', (_way, create) => {
  const withA = () => provide(services => services.addTransient(A, A1));

  it('39 TypeActivatorEnablesYouToCreateAnyTypeWithServicesEvenWhenNotInIocContainer: makes what is not registered', () => {
    expect(create(withA(), NeedsA).a).toBeInstanceOf(A1);
  });

  it('40 TypeActivatorAcceptsAnyNumberOfAdditionalConstructorParametersToProvide: passes arguments in their order beside services', () => {
    expect({ ...create(withA(), NeedsTexts, '1', '2') }).toEqual({ a: expect.any(A1), first: '1', second: '2' });
  });

  it('41 TypeActivatorWorksWithStaticCtor: makes what has a static block and no constructor', () => {
    expect(create(withA(), Initialised)).toBeInstanceOf(Initialised);
    expect(Initialised.values).toEqual([1]);
  });

  it('42 TypeActivatorWorksWithCtorWithOptionalArgs: leaves a parameter its default', () => {
    expect(create(withA(), Defaulted).text).toBe('BLARGH');
  });

  it.each<[string, unknown[]]>([
    ['three texts', ['1', '2', '3']],
    ['two numbers', [1, 2]],
  ])('46 TypeActivatorRequiresAllArgumentsCanBeAccepted: fails when an argument finds no parameter: %s', (_what, args) => {
    expect(thrownBy(() => create(withA(), NeedsTexts, ...args))).toMatchObject({
      name: 'ServiceResolutionError',
      code: 'ERR_UNSUITABLE_ARGUMENTS',
      implementation: 'NeedsTexts',
    });
  });

  it.each<[string, Class<unknown>, unknown[]]>([
    ['without arguments', Throwing, []],
    ['with one', ThrowingWithArgument, ['1']],
  ])('47 TypeActivatorRethrowsOriginalExceptionFromConstructor: throws the very error of a constructor %s', (_what, type, args) => {
    expect(thrownBy(() => create(withA(), type, ...args))).toBe(failure);
  });

  it('56 UnRegisteredServiceAsConstructorParameterThrowsException: fails when a service is missing', () => {
    const provider = provide(services => services.addSingleton(NeedsA));
    expect(thrownBy(() => create(provider, NeedsA))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', service: 'A', implementation: 'NeedsA' });
  });
});

describe('createInstance', () => {
  it('58 CreateInstance_CapturesInnerException_OfTargetInvocationException: wraps no error', () => {
    expect(thrownBy(() => provide(() => undefined).createInstance(Throwing))).toBe(failure);
  });

  it.each([
    ['private', refused.private],
    ['internal', refused.internal],
  ])('45 TypeActivatorRequiresPublicConstructor: is refused a %s constructor by the compiler', (_which, code) => {
    expect(code).toBeInstanceOf(Function);
  });

  it('57 CreateInstance_WithAbstractTypeAndPublicConstructor_ThrowsCorrectException: is refused an abstract class by the compiler', () => {
    expect(refused.abstract).toBeInstanceOf(Function);
  });
});

describe('getServiceOrCreateInstance', () => {
  const countOf = (register: (services: ServiceCollection) => unknown) => {
    Counted.count = 0;
    const services = new ServiceCollection().addTransient(A, A1);
    register(services);
    const provider = new ServiceProvider(services);
    const [first, second] = [provider.getServiceOrCreateInstance(Counted), provider.getServiceOrCreateInstance(Counted)];
    expect([first.a, second.a]).toEqual([expect.any(A1), expect.any(A1)]);
    return { count: Counted.count, isSame: first === second };
  };

  it('53 GetServiceOrCreateInstanceRegisteredServiceTransient: gives another transient each time', () => {
    expect(countOf(services => services.addTransient(Counted))).toEqual({ count: 2, isSame: false });
  });

  it('54 GetServiceOrCreateInstanceRegisteredServiceSingleton: gives the singleton', () => {
    expect(countOf(services => services.addSingleton(Counted))).toEqual({ count: 1, isSame: true });
  });

  it('55 GetServiceOrCreateInstanceUnregisteredService: makes another object each time of what is not registered', () => {
    expect(countOf(() => undefined)).toEqual({ count: 2, isSame: false });
  });
});
