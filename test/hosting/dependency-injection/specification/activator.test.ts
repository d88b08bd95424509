import { argument, createFactory, type DependencyListEntry, fromKeyed, inheritedKey, inject, optional, serviceKey } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, A2, B, B1, N, type Parts, X } from './services.js';

expectNoLeaks();

const unsuitable = { code: 'ERR_UNSUITABLE_ARGUMENTS', implementation: 'X' };
const unresolvable = (service: string) => ({ code: 'ERR_SERVICE_NOT_REGISTERED', service, implementation: 'X' });
class Derived extends A1 {}

describe('createInstance', () => {
  const provider = () => provide(services => services.addTransient(A, A1).addKeyedSingleton(N, 'k', 1).addSingleton(N, 2));
  const partsOf = (dependencies: readonly DependencyListEntry[], ...args: unknown[]) => provider().createInstance(X, args, dependencies).parts;
  const [a, b] = [new A1(), new B1()];

  it.each<[string, DependencyListEntry[], unknown[], unknown[]]>([
    ['in their order, where the types are the same', [argument(String), argument(String)], ['1', '2'], ['1', '2']],
    ['by their types, where those differ', [argument(Number), argument(String)], ['1', 2], [2, '1']],
    ['beside services', [argument(String), N, argument(String)], ['1', '2'], ['1', 2, '2']],
    ['the first free one, where any type is taken', [argument(), argument(Number)], [1, 2], [1, 2]],
    ['of an instance, that of its class or a parent', [argument(B1), argument(A1)], [new Derived(), b], [b, expect.any(Derived)]],
  ])('gives arguments to parameters %s', (_how, dependencies, args, expected) => {
    expect(partsOf(dependencies, ...args)).toStrictEqual(expected);
  });

  it('prefers an argument to a registered service', () => {
    const services = provide(collection => collection.addSingleton(A1));
    expect(services.createInstance(X, [a], [A1]).parts[0]).toBe(a);
    expect(services.createInstance(X, [], [A1]).parts[0]).not.toBe(a);
  });

  it.each([null, undefined])('has no parameter for %p', nothing => {
    expect(thrownBy(() => partsOf([argument(), argument()], nothing))).toMatchObject(unsuitable);
  });

  it.each<[string, DependencyListEntry[], unknown[]]>([
    ['too many', [argument()], ['1', '2']],
    ['of a type that none takes', [argument(Number)], ['1']],
    ['for a list of services', [A], [a]],
  ])('fails with arguments %s, and makes nothing', (_how, dependencies, args) => {
    const factory = jest.fn(() => new A2());
    const services = provide(collection => collection.addTransient(B, factory));
    expect(thrownBy(() => services.createInstance(X, args, [B, ...dependencies]))).toMatchObject(unsuitable);
    expect(factory).not.toHaveBeenCalled();
  });

  it('fails for a service that is missing, and for an argument', () => {
    expect(thrownBy(() => partsOf([A, B]))).toMatchObject(unresolvable('B'));
    expect(thrownBy(() => partsOf([A, argument(Number)]))).toMatchObject({ code: 'ERR_UNSUITABLE_ARGUMENTS', service: 'number', implementation: 'X' });
  });

  it('leaves parameters undefined where that is allowed, and then their default', () => {
    class Defaulted {
      constructor(
        @inject(B) @optional() readonly b = 'no B',
        @optional(argument(String)) readonly text = 'no text',
      ) {}
    }
    expect({ ...provider().createInstance(Defaulted) }).toEqual({ b: 'no B', text: 'no text' });
    expect({ ...provider().createInstance(Defaulted, ['some']) }).toEqual({ b: 'no B', text: 'some' });
  });

  it.each([
    ['an argument', () => argument(String)],
    ['a service key', () => serviceKey(String)],
  ])('takes @optional() beside the decorator of %s, in any order', (_what, decorator) => {
    class Before {
      constructor(@optional() @decorator() readonly text = 'no text') {}
    }
    class After {
      constructor(@decorator() @optional() readonly text = 'no text') {}
    }
    expect([Before, After].map(type => provider().createInstance(type).text)).toEqual(['no text', 'no text']);
  });

  it('takes a service that its factory does not make for a missing one', () => {
    const services = provide(collection => collection.addTransient(A, () => undefined as never));
    expect(thrownBy(() => services.createInstance(X, [], [A]))).toMatchObject(unresolvable('A'));
    expect(services.createInstance(X, [], [optional(A)]).parts).toEqual([undefined]);
  });

  it('asks with the key of a parameter, but has none that could be inherited', () => {
    expect(partsOf([fromKeyed('k', N), fromKeyed(null, N), fromKeyed(inheritedKey, N)])).toEqual([1, 2, 2]);
    expect(thrownBy(() => partsOf([fromKeyed('unknown', N)]))).toMatchObject(unresolvable('N'));
  });

  it('takes a parameter for the service key for an ordinary one', () => {
    expect(partsOf([serviceKey(), N], 'given')).toEqual(['given', 2]);
    expect(thrownBy(() => partsOf([serviceKey(String)]))).toMatchObject({ code: 'ERR_UNSUITABLE_ARGUMENTS', service: 'string' });
  });

  it('leaves the object to the caller, and its dependencies to the scope that was asked', () => {
    const { services, ...scope } = openScope();
    const created = services.createInstance(X, [], [A]);
    const [dependency] = created.parts as [Parts];
    expect(dependency).toBe(services.getService(A));
    scope.dispose();
    expect([created.disposals, dependency.disposals]).toEqual([0, 1]);
  });

  it('passes through an error of what it needs', () => {
    const failure = new Error('no A');
    const services = provide(collection =>
      collection.addTransient(A, () => {
        throw failure;
      }),
    );
    expect(thrownBy(() => services.createInstance(X, [], [optional(A)]))).toBe(failure);
  });
});

describe('createFactory', () => {
  it('gives a factory for any number of objects and providers', () => {
    const make = createFactory(X, [String], [A, argument(String)]);
    const [first, second] = [openScope(), openScope()];
    const made = [first, second].map(({ services }) => make(services, ['text']));
    expect(made.map(({ parts }) => parts[1])).toEqual(['text', 'text']);
    expect(made.map(({ parts }, index) => parts[0] === [first, second][index]!.services.getService(A))).toEqual([true, true]);
  });

  it('fails at once when no constructor takes arguments of the types', () => {
    expect(thrownBy(() => createFactory(X, [String, String], [A, argument(String)]))).toMatchObject(unsuitable);
    expect(thrownBy(() => createFactory(X, [Number], [argument(String)]))).toMatchObject(unsuitable);
  });

  it('asks for services only when it is called', () => {
    const make = createFactory(X, [], [B]);
    expect(thrownBy(() => make(provide(() => undefined)))).toMatchObject(unresolvable('B'));
    expect(make(provide(services => services.addSingleton(B, B1))).parts).toEqual([expect.any(B1)]);
  });

  it('chooses the parameters once, by the types, whatever the arguments turn out to be', () => {
    const make = createFactory(X, [A1, Derived], [argument(Derived), argument(A1)]);
    const [first, second] = [new Derived(), new Derived()];
    const { parts } = make(
      provide(() => undefined),
      [first, second],
    );
    expect(parts.map(part => part === first)).toEqual([false, true]);
  });

  it('leaves a parameter its default when its argument is undefined', () => {
    class Defaulted {
      constructor(@argument(String) readonly text = 'no text') {}
    }
    expect(
      createFactory(Defaulted, [String])(
        provide(() => undefined),
        [undefined],
      ).text,
    ).toBe('no text');
  });

  it.each([null, undefined])('needs a provider, not %p', nothing => {
    expect(thrownBy(() => createFactory(X, [])(nothing as never))).toMatchObject({ name: 'ArgumentNullError', paramName: 'services' });
  });
});

describe('getServiceOrCreateInstance', () => {
  it('prefers what is registered, also under a provider of a scope', () => {
    const { services } = provide(collection => collection.addScoped(X)).createScope();
    expect(services.getServiceOrCreateInstance(X)).toBe(services.getService(X));
  });

  it('makes what is registered with a factory that makes nothing', () => {
    const services = provide(collection => collection.addTransient(X, () => undefined as never));
    expect(services.getServiceOrCreateInstance(X)).toBeInstanceOf(X);
  });

  it('passes on why a registered service cannot be made', () => {
    const services = provide(collection => collection.addTransient(X, [B]));
    expect(thrownBy(() => services.getServiceOrCreateInstance(X))).toMatchObject(unresolvable('B'));
  });
});

function openScope() {
  const scope = provide(services => services.addScoped(A, A1)).createScope();
  return { services: scope.services, dispose: () => scope[Symbol.dispose]() };
}
