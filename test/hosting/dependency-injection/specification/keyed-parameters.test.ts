import { fromKeyed, inheritedKey, inject, optional, type ServiceCollection, serviceKey } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, B, B1, type Parts } from './services.js';

expectNoLeaks();

const unresolvable = (service: string, implementation: string) => ({ code: 'ERR_SERVICE_NOT_REGISTERED', service, implementation });

class Two {
  constructor(
    @inject(A) @fromKeyed('service1') readonly first: Parts,
    @inject(A) @fromKeyed('service2') readonly second: Parts,
  ) {}

  get keys(): unknown[] {
    return [this.first, this.second].map(({ parts }) => parts[0]);
  }
}
class Lenient {
  constructor(
    @inject(A) @fromKeyed('service1') @optional() readonly first: Parts | undefined,
    @inject(A) @fromKeyed('service2') @optional() readonly second: Parts | undefined,
  ) {}
}
class Inheriting {
  constructor(@inject(B) @fromKeyed(inheritedKey) readonly b: Parts) {}
}
class WithoutKey {
  constructor(@inject(B) @fromKeyed(null) readonly b: Parts) {}
}

const one = (services: ServiceCollection) => services.addKeyedSingleton(A, 'service1', A1, [serviceKey()]);
const both = (services: ServiceCollection) => one(services).addKeyedSingleton(A, 'service2', A1, [serviceKey()]);

describe('a parameter with a key', () => {
  it('102 ResolveKeyedServiceSingletonInstanceWithKeyedParameter: receives the registration with that key', () => {
    const provider = provide(services => both(services).addSingleton(Two));
    expect(provider.getRequiredService(Two).keys).toEqual(['service1', 'service2']);
    expect(provider.getService(A)).toBeUndefined();
  });

  it.each<[string, (services: ServiceCollection) => ServiceCollection, string]>([
    ['103 ResolveKeyedServiceWithKeyedParameter_MissingRegistration_SecondParameter: fails when the second is missing', one, 'A@service2'],
    ['104 ResolveKeyedServiceWithKeyedParameter_MissingRegistration_FirstParameter: fails when the first is missing', services => services, 'A@service1'],
    [
      '106 ResolveKeyedServiceWithKeyedParameter_MissingRegistrationButWithUnkeyedService: is not served by a registration without a key',
      services => services.addSingleton(A, A1),
      'A@service1',
    ],
  ])('%s', (_title, register, missing) => {
    const provider = provide(services => register(services).addSingleton(Two));
    expect(thrownBy(() => provider.getService(Two))).toMatchObject({ ...unresolvable('A', 'Two'), path: ['Two', missing] });
  });

  it('105 ResolveKeyedServiceWithKeyedParameter_MissingRegistrationButWithDefaults: stays undefined where that is allowed', () => {
    const provider = provide(services => services.addSingleton(Lenient));
    expect({ ...provider.getRequiredService(Lenient) }).toEqual({ first: undefined, second: undefined });
  });

  it('107 CreateServiceWithKeyedParameter: receives the registration with that key also in a class that is not registered', () => {
    const provider = provide(services => both(services.addSingleton(A, A1)));
    expect(provider.getService(Two)).toBeUndefined();
    expect(provider.createInstance(Two).keys).toEqual(['service1', 'service2']);
  });

  it('108 ResolveKeyedServiceWithFromServiceKeyAttribute: can inherit that of its owner', () => {
    const provider = provide(services => services.addKeyedSingleton(Inheriting, 'key').addKeyedSingleton(B, 'key', B1, [serviceKey()]));
    expect(provider.getRequiredKeyedService(Inheriting, 'key').b.parts).toEqual(['key']);
  });

  it.each<[string, (services: ServiceCollection) => ServiceCollection]>([
    [
      '109 ResolveKeyedServiceWithFromServiceKeyAttribute_NotFound: fails when nothing has the inherited key',
      services => services.addKeyedSingleton(B, 'key2', B1),
    ],
    [
      '110 ResolveKeyedServiceWithFromServiceKeyAttribute_NotFound_WithUnkeyed: also with a registration without a key',
      services => services.addSingleton(B, B1),
    ],
  ])('%s', (_title, register) => {
    const provider = provide(services => register(services.addKeyedSingleton(Inheriting, 'key1')));
    expect(thrownBy(() => provider.getKeyedService(Inheriting, 'key1'))).toMatchObject(unresolvable('B', 'Inheriting'));
  });

  it('111 ResolveUnkeyedServiceWithFromServiceKeyAttributeWithNullKey: asks without a key when that is null', () => {
    const provider = provide(services => services.addSingleton(WithoutKey).addSingleton(B, B1));
    expect(provider.getRequiredService(WithoutKey).b).toBeInstanceOf(B1);
  });
});
