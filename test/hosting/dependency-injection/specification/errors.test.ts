import {
  anyKey,
  argument,
  describeService,
  type InvalidServiceError,
  ServiceCollection,
  ServiceProvider,
  type ServiceValidationError,
  serviceKey,
} from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, B, B1, C, C1, lifetimes, provideChecked, X } from './services.js';

expectNoLeaks();

const titleOf = (error: unknown) => (error as Error).message.split('\n')[0];

describe('the errors of resolution', () => {
  const fromRoot = (register: (services: ServiceCollection) => ServiceCollection) => provideChecked(register).getService(A);
  const circle = (services: ServiceCollection) => services.addTransient(A, A1, [B]).addTransient(B, B1, [A]);

  it.each<[string, () => unknown, { readonly code: string; readonly [fact: string]: unknown }, string]>([
    [
      'notRegistered',
      () => provide(() => undefined).getRequiredService(A),
      { code: 'ERR_SERVICE_NOT_REGISTERED', service: 'A', implementation: undefined },
      "No service for type 'A' has been registered.",
    ],
    [
      'notRegistered, with a key',
      () => provide(() => undefined).getRequiredKeyedService(A, 7),
      { code: 'ERR_SERVICE_NOT_REGISTERED', service: 'A', implementation: undefined },
      "No keyed service for type 'A' using key type 'number' has been registered.",
    ],
    [
      'unresolvable',
      () => provide(services => services.addTransient(A, A1, [B])).getService(A),
      { code: 'ERR_SERVICE_NOT_REGISTERED', service: 'B', implementation: 'A1' },
      "Unable to resolve service for type 'B' while attempting to activate 'A1'.",
    ],
    [
      'circular',
      () => provide(circle).getService(A),
      { code: 'ERR_CIRCULAR_DEPENDENCY', service: 'A', path: ['A(A1)', 'B(B1)', 'A'] },
      "A circular dependency was detected for the service of type 'A'.",
    ],
    [
      'circular, found while factories run',
      () => provide(services => services.addSingleton(A, p => new A1(p.getService(B))).addTransient(B, B1, [A])).getService(A),
      { code: 'ERR_CIRCULAR_DEPENDENCY', service: 'A' },
      "A circular dependency was detected for the service of type 'A'.",
    ],
    [
      'scopedFromRoot',
      () => fromRoot(services => services.addScoped(A, A1)),
      { code: 'ERR_SCOPED_FROM_ROOT', service: 'A', scoped: undefined },
      "Cannot resolve scoped service 'A' from root provider.",
    ],
    [
      'scopedFromRoot, indirect',
      () => fromRoot(services => services.addTransient(A, A1, [B]).addScoped(B, B1)),
      { code: 'ERR_SCOPED_FROM_ROOT', service: 'A', scoped: 'B' },
      "Cannot resolve 'A' from root provider because it requires scoped service 'B'.",
    ],
    [
      'captive',
      () => fromRoot(services => services.addSingleton(A, A1, [B]).addScoped(B, B1)),
      { code: 'ERR_CAPTIVE_DEPENDENCY', scoped: 'B', singleton: 'A' },
      "Cannot consume scoped service 'B' from singleton 'A'.",
    ],
    [
      'noSuitableConstructor',
      () => provide(() => undefined).createInstance(X, ['1'], [argument(Number)]),
      { code: 'ERR_UNSUITABLE_ARGUMENTS', implementation: 'X' },
      "A suitable constructor for type 'X' could not be located: no free parameter takes argument 0, a value of type string.",
    ],
    [
      'anyKeySingle',
      () => provide(services => services.addKeyedTransient(A, 'k', A1)).getKeyedService(A, anyKey),
      { code: 'ERR_SERVICE_KEY', service: 'A' },
      'KeyedService.AnyKey cannot be used to resolve a single service.',
    ],
    [
      'serviceKeyType',
      () => provide(services => services.addKeyedTransient(A, 'k', A1, [serviceKey(Number)])).getKeyedService(A, 'k'),
      { code: 'ERR_SERVICE_KEY', service: 'A' },
      "The key 'k' of A is no number, which is what the parameter with the service key takes.",
    ],
  ])('have a code, facts and a text: %s', (_kind, action, facts, message) => {
    const error = thrownBy(action);
    expect(error).toMatchObject({ name: 'ServiceResolutionError', ...facts });
    expect(titleOf(error)).toBe(message);
  });

  it.each(lifetimes)('print the path that leads to what is missing (%s)', method => {
    const provider = provide(services => services[method](X, [A])[method](A, A1, [B]));
    const error = thrownBy(() => provider.getService(X));
    expect(error).toMatchObject({ path: ['X', 'A(A1)', 'B'] });
    expect((error as Error).message).toContain('\n  Path: X -> A(A1) -> B\n');
  });
});

describe('the other errors', () => {
  it('is disposed: of the provider, whatever was asked for', () => {
    const provider = provide(() => undefined);
    provider[Symbol.dispose]();
    expect(thrownBy(() => provider.getService(A))).toMatchObject({ name: 'ObjectDisposedError', objectName: 'IServiceProvider' });
  });

  it('is asyncOnly: of what cannot be disposed synchronously', () => {
    class OnlyAsync {
      async [Symbol.asyncDispose](): Promise<void> {}
    }
    const provider = provide(services => services.addSingleton(OnlyAsync));
    provider.getService(OnlyAsync);
    expect(titleOf(thrownBy(() => provider[Symbol.dispose]()))).toBe(
      "'OnlyAsync' type only implements AsyncDisposable. Use Symbol.asyncDispose to dispose the container.",
    );
  });

  it('is invalidDescriptor inside an aggregate: of each registration that cannot work', () => {
    const services = new ServiceCollection().addSingleton(A, A1, [B]).addKeyedScoped(C, 'k', C1, [A]).addTransient(B1);
    const error = thrownBy(() => new ServiceProvider(services, { validateOnBuild: true })) as ServiceValidationError;
    expect(error).toMatchObject({ name: 'ServiceValidationError', code: 'ERR_SERVICE_VALIDATION' });
    expect(error.message).toMatch(/^Some services are not able to be constructed/);
    expect(error.errors).toMatchObject([0, 1].map(index => ({ name: 'InvalidServiceError', descriptor: services.at(index) })));
    expect(error.errors.map(titleOf)).toEqual([
      "Error while validating the service descriptor 'ServiceType: A Lifetime: Singleton ImplementationType: A1': Unable to resolve service for type 'B' while attempting to activate 'A1'.",
      "Error while validating the service descriptor 'ServiceType: C Lifetime: Scoped ServiceKey: k KeyedImplementationType: C1': Unable to resolve service for type 'B' while attempting to activate 'A1'.",
    ]);
    expect(error.errors.map(({ cause }: InvalidServiceError) => cause)).toMatchObject([0, 1].map(() => ({ service: 'B', implementation: 'A1' })));
  });

  it('is an aggregate also for one', () => {
    const error = thrownBy(() => provideChecked(services => services.addSingleton(A, A1, [B]), true)) as ServiceValidationError;
    expect(error.errors).toHaveLength(1);
  });

  it('is readOnly: of a collection that may not be changed', () => {
    const services = new ServiceCollection();
    services.makeReadOnly();
    expect(thrownBy(() => services.addSingleton(A, A1))).toMatchObject({
      name: 'InvalidOperationError',
      message: 'The service collection cannot be modified because it is read-only.',
    });
  });

  it('is indistinguishable: of an enumerable registration that names no class', () => {
    expect(titleOf(thrownBy(() => new ServiceCollection().tryAddEnumerable(describeService(A1, 'singleton', A1))))).toContain(
      "Implementation type cannot be 'A1' because it is indistinguishable from other services registered for 'A1'.",
    );
  });
});

describe('a registration as text', () => {
  const makeA = () => new A1();

  it.each([
    ['a class', describeService(A, 'singleton', A1), 'ServiceType: A Lifetime: Singleton ImplementationType: A1'],
    ['a class under itself', describeService(X, 'scoped', X), 'ServiceType: X Lifetime: Scoped ImplementationType: X'],
    ['a factory', describeService(A, 'transient', makeA), 'ServiceType: A Lifetime: Transient ImplementationFactory: makeA'],
    ['an instance', describeService(A, 'singleton', new A1()), 'ServiceType: A Lifetime: Singleton ImplementationInstance: A1'],
    [
      'a class with a key',
      describeService(A, 'singleton', A1, { serviceKey: 'k' }),
      'ServiceType: A Lifetime: Singleton ServiceKey: k KeyedImplementationType: A1',
    ],
    [
      'a class for any key',
      describeService(A, 'scoped', A1, { serviceKey: anyKey }),
      'ServiceType: A Lifetime: Scoped ServiceKey: * KeyedImplementationType: A1',
    ],
    [
      'a factory with a key',
      describeService(A, 'transient', makeA, { serviceKey: 7 }),
      'ServiceType: A Lifetime: Transient ServiceKey: 7 KeyedImplementationFactory: makeA',
    ],
    [
      'an instance with a key',
      describeService(A, 'singleton', new A1(), { serviceKey: 'k' }),
      'ServiceType: A Lifetime: Singleton ServiceKey: k KeyedImplementationInstance: A1',
    ],
  ])('names what there is of %s', (_what, descriptor, text) => {
    expect(descriptor.toString()).toBe(text);
  });
});
