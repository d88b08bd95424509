import { anyKey, fromKeyed, IServiceProvider, IServiceProviderIsService, IServiceScopeFactory, type ServiceToken, serviceToken } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide } from '../provide.js';
import { A, A1, B, type Parts, X } from './services.js';

expectNoLeaks();

const builtIn: readonly ServiceToken<unknown>[] = [IServiceProvider, IServiceScopeFactory, IServiceProviderIsService];
const listOfA: ServiceToken<Parts> = serviceToken('List<A>');
const listOfB: ServiceToken<Parts> = serviceToken('List<B>');

describe('isService', () => {
  it('34 ExplicitServiceRegisterationWithIsService: is true of what is registered, not of its class', () => {
    const provider = provide(services => services.addTransient(A, A1));
    expect([provider.isService(A), provider.isService(A1)]).toEqual([true, false]);
  });

  it('36 BuiltInServicesWithIsServiceReturnsTrue: is true of what is built in', () => {
    const provider = provide(() => undefined);
    expect(builtIn.map(token => provider.isService(token))).toEqual([true, true, true]);
  });

  it('37 ClosedGenericsWithIsService: tells two forms of a generic apart, as two tokens', () => {
    const provider = provide(services => services.addTransient(listOfA, A1));
    expect([provider.isService(listOfA), provider.isService(listOfB)]).toEqual([true, false]);
  });

  it('answers the same whoever is asked', () => {
    const provider = provide(services => services.addTransient(A, A1));
    const injected = provider.getRequiredService(IServiceProviderIsService);
    for (const asked of [provider, provider.createScope().services, injected]) {
      expect([asked.isService(A), asked.isService(B), asked.isKeyedService(A, null), asked.isKeyedService(A, 'k')]).toEqual([true, false, true, false]);
    }
  });

  it('constructs nothing, and asks not whether it could', () => {
    const factory = jest.fn(() => new A1());
    const provider = provide(services => services.addTransient(A, factory).addTransient(X, [fromKeyed('missing', B)]));
    expect([provider.isService(A), provider.isService(X)]).toEqual([true, true]);
    expect(factory).not.toHaveBeenCalled();
  });
});

describe('isKeyedService', () => {
  it('112 ExplicitServiceRegistrationWithIsKeyedService: is true of what is registered with the key', () => {
    const provider = provide(services => services.addKeyedTransient(A, 'k', A1));
    expect([provider.isKeyedService(A, 'k'), provider.isKeyedService(A1, 'other')]).toEqual([true, false]);
  });

  it('114 NonKeyedServiceWithIsKeyedService: takes a null key for none', () => {
    expect(provide(services => services.addKeyedTransient(A, null, A1)).isKeyedService(A, null)).toBe(true);
  });

  it.each(builtIn)('115 BuiltInServicesWithIsKeyedServiceOnlyReturnTrueForNullServiceKey: knows %p without a key only', token => {
    const provider = provide(() => undefined);
    expect([null, {}, anyKey].map(key => provider.isKeyedService(token, key))).toEqual([true, false, false]);
  });

  it('116 ClosedGenericsWithIsKeyedService: tells two forms of a generic apart, as two tokens', () => {
    const provider = provide(services => services.addKeyedTransient(listOfA, 'k', A1));
    expect([provider.isKeyedService(listOfA, 'k'), provider.isKeyedService(listOfB, 'k')]).toEqual([true, false]);
  });

  it('is true of every key where there is a registration for any key, but not without one', () => {
    const provider = provide(services => services.addKeyedTransient(A, anyKey, A1).addKeyedTransient(B, 'k', A1));
    expect(['k', {}, anyKey, null].map(key => provider.isKeyedService(A, key))).toEqual([true, true, true, false]);
  });

  it('is true of the mark for any key only where there is such a registration', () => {
    const provider = provide(services => services.addKeyedTransient(A, 'k', A1));
    expect(['k', 'other', anyKey, null].map(key => provider.isKeyedService(A, key))).toEqual([true, false, false, false]);
  });

  it('does not depend on what was asked for before', () => {
    const provider = provide(services => services.addKeyedSingleton(A, 'k', A1).addKeyedSingleton(B, anyKey, A1));
    const answers = () => [A, B].map(token => ['k', 'other', anyKey, null].map(key => provider.isKeyedService(token, key)));
    const before = answers();
    for (const key of ['k', 'other', null]) for (const token of [A, B]) provider.getKeyedService(token, key);
    for (const token of [A, B]) provider.getKeyedServices(token, anyKey);
    expect(answers()).toEqual(before);
  });
});
