import { all, argument, fromKeyed, inheritedKey, IServiceProvider, optional, serviceKey, type ServiceToken, serviceToken } from 'hostward';
import { createTestHost } from 'hostward/testing';
import { provide } from './provide.js';

const IMailer: ServiceToken<object> = serviceToken('IMailer');
const IQueue: ServiceToken<object> = serviceToken('IQueue');
const ILost: ServiceToken<object> = serviceToken('ILost');

class Smtp {}
class Pump {
  constructor(..._parts: unknown[]) {}
}
class Queue {
  constructor(..._parts: unknown[]) {}
}
function createMailer(..._parts: unknown[]): object {
  return {};
}

/** A provider with one of everything. */
function open() {
  return provide(services =>
    services
      .addSingleton(IMailer, Smtp)
      .addSingleton(IMailer, createMailer, [IQueue])
      .addKeyedScoped(IQueue, 'outbox', Queue, [serviceKey(), fromKeyed(inheritedKey, IMailer)])
      .addKeyedSingleton(IMailer, 'outbox', new Smtp())
      .addTransient(Pump, [IServiceProvider, all(IMailer), fromKeyed('outbox', IQueue), optional(ILost), ILost, argument()])
      .addAlias(IQueue, Pump)
      .addTransient(Smtp, () => new Smtp()),
  );
}

describe('describeServices', () => {
  it('lists the registrations in order, with what each is made from', () => {
    expect(open().describeServices()).toMatchObject([
      { id: 0, service: 'IMailer', lifetime: 'singleton', kind: 'type', implementation: 'Smtp', isOverridden: true, dependencies: [] },
      { id: 1, service: 'IMailer', lifetime: 'singleton', kind: 'function', implementation: 'createMailer', isOverridden: false },
      { id: 2, service: 'IQueue', serviceKey: 'outbox', lifetime: 'scoped', kind: 'type', implementation: 'Queue', isOverridden: false },
      { id: 3, service: 'IMailer', serviceKey: 'outbox', lifetime: 'singleton', kind: 'instance', implementation: 'Smtp', isOverridden: false },
      { id: 4, service: 'Pump', lifetime: 'transient', kind: 'type', implementation: 'Pump', isOverridden: false },
      { id: 5, service: 'IQueue', lifetime: 'transient', kind: 'alias', implementation: 'Pump', isOverridden: false },
      { id: 6, service: 'Smtp', lifetime: 'transient', kind: 'factory', implementation: '(factory)', isOverridden: false, dependencies: [] },
    ]);
  });

  it('says of each parameter what answers it', () => {
    const services = open().describeServices();
    const one = { isOptional: false, isMultiple: false, isMissing: false };
    expect(services[4]?.dependencies).toEqual([
      { ...one, service: 'IServiceProvider', targets: [] },
      { ...one, service: 'IMailer', isMultiple: true, targets: [0, 1] },
      { ...one, service: 'IQueue', serviceKey: 'outbox', targets: [2] },
      { ...one, service: 'ILost', isOptional: true, targets: [] },
      { ...one, service: 'ILost', isMissing: true, targets: [] },
      { ...one, service: '(argument)', isMissing: true, targets: [] },
    ]);
    expect(services[2]?.dependencies).toEqual([
      { ...one, service: '(service key)', targets: [] },
      { ...one, service: 'IMailer', serviceKey: 'outbox', targets: [3] },
    ]);
    expect(services[5]?.dependencies).toEqual([{ ...one, service: 'Pump', targets: [4] }]);
  });

  it('says where each was registered', () => {
    expect(open().describeServices()[0]?.registeredAt).toMatch(/service-graph\.test\.ts:\d+:\d+$/);
  });

  it('constructs nothing, and is data that can be serialised', () => {
    const made = jest.fn();
    const provider = provide(services => services.addSingleton(IMailer, made));
    expect(JSON.parse(JSON.stringify(provider.describeServices()))).toEqual(provider.describeServices());
    expect(made).not.toHaveBeenCalled();
  });

  it('is the same from every scope and from a host', async () => {
    const provider = open();
    expect(provider.createScope().services.describeServices()).toEqual(provider.describeServices());
    await using host = createTestHost(builder => builder.services.addSingleton(IMailer, Smtp));
    expect(host.services.describeServices().map(({ service }) => service)).toEqual(expect.arrayContaining(['IMailer', 'IHostLifetime', 'TimeProvider']));
  });
});

describe('toMermaid', () => {
  it('draws a box for each registration and an arrow for each dependency', () => {
    expect(open().toMermaid().split('\n')).toEqual([
      'flowchart LR',
      '  s0["IMailer<br><small>Smtp, singleton</small>"]',
      '  s1["IMailer<br><small>createMailer, function</small>"]',
      '  s2("IQueue @ outbox<br><small>Queue, scoped</small>")',
      '  s3["IMailer @ outbox<br><small>Smtp, instance</small>"]',
      '  s4(["Pump<br><small>transient</small>"])',
      '  s5(["IQueue<br><small>Pump, alias</small>"])',
      '  s6(["Smtp<br><small>(factory), factory</small>"])',
      '  s1 --> s5',
      '  s2 --> s3',
      '  s4 ==> s0',
      '  s4 ==> s1',
      '  s4 --> s2',
      '  s4 --> m0',
      '  s4 --> m1',
      '  s5 --> s4',
      '  m0{{"ILost<br><small>missing</small>"}}:::missing',
      '  m1{{"(argument)<br><small>missing</small>"}}:::missing',
      '  classDef missing stroke:#d33,stroke-width:2px,stroke-dasharray:4',
      '',
    ]);
  });

  it('is a chart whatever the names are', () => {
    const odd = serviceToken<object>('IMap<"a", #b>');
    expect(provide(services => services.addSingleton(odd, {})).toMermaid()).toContain('s0["IMap#60;#34;a#34;, #35;b#62;<br>');
  });
});
