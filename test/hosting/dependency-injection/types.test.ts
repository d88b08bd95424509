import {
  type AbstractClass,
  all,
  anyKey,
  argument,
  type Class,
  createFactory,
  type DependencyList,
  type DependencyListEntry,
  describeService,
  fromKeyed,
  type IHostedService,
  inheritedKey,
  inject,
  type Injection,
  type IServiceProvider,
  optional,
  type ServiceCollection,
  type ServiceDescriptor,
  serviceKey,
  type ServiceToken,
  serviceToken,
} from 'hostward';

interface IMailer {
  send(to: string): void;
}
const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');
interface IClock {
  now(): number;
}
const IClock: ServiceToken<IClock> = serviceToken('IClock');

class Smtp implements IMailer {
  send(_to: string): void {}
}
class Sundial implements IClock {
  now(): number {
    return 12;
  }
}
abstract class Store {
  abstract load(): string;
}
/** Takes one of each. */
class Relay implements IMailer {
  constructor(
    readonly clock: IClock,
    readonly mailers: readonly IMailer[],
    readonly store?: Store,
  ) {}

  send(_to: string): void {}
}
class Sorter {
  constructor(readonly mailers: IMailer[]) {}
}
const IName: ServiceToken<string> = serviceToken('IName');
class Greeter {
  constructor(readonly name: string) {}
}
/** Has no members, so that anything fits it, and one parameter. */
class Empty {
  constructor(_clock: IClock) {}
}
class Patrol implements IHostedService {
  constructor(readonly clock: IClock) {}
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}
class Worker implements IHostedService {
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

/** `true` when `Actual` is exactly `Expected`, else nothing that could be passed. */
type Same<Actual, Expected> = (<T>() => T extends Actual ? 1 : 2) extends <T>() => T extends Expected ? 1 : 2 ? true : never;
const expectType =
  <Expected>() =>
  <Actual>(_actual: Actual, _isSame: Same<Actual, Expected>): void =>
    undefined;

// What must not compile is never run: an unused `@ts-expect-error` is an error of `npm run typecheck`.
function refused(services: ServiceCollection): void {
  // @ts-expect-error -- a class of another shape
  services.addSingleton(IMailer, Sundial);
  // @ts-expect-error -- an instance of another shape
  services.addScoped(IMailer, new Sundial());
  // @ts-expect-error -- a factory of something else
  services.addTransient(IMailer, () => new Sundial());
  // @ts-expect-error -- a factory of a promise
  services.addSingleton(IMailer, async () => new Smtp());
  // @ts-expect-error -- an interface alone says not what to make
  services.addSingleton(IMailer);
  // @ts-expect-error -- nor does an abstract class
  services.addSingleton(Store);
  // @ts-expect-error -- an abstract class cannot be constructed
  services.addSingleton(Store, Store);
  // @ts-expect-error -- a name is no token
  services.addSingleton('IMailer', Smtp);
  // @ts-expect-error -- the target has another shape
  services.addAlias(IMailer, IClock);
  // @ts-expect-error -- neither start nor stop
  services.addHostedService(Sundial);
  // @ts-expect-error -- a factory of something that does not start
  services.addHostedService(() => new Sundial());
  // @ts-expect-error -- a factory has no dependency list
  services.addHostedService(() => new Worker(), [IClock]);
  // @ts-expect-error -- a ready-made instance belongs to whoever made it
  services.addHostedService(new Worker());
  // @ts-expect-error -- a decorator needs a token
  inject('IMailer');
  // @ts-expect-error -- so does a list
  all();
}

function refusedLists(services: ServiceCollection, provider: IServiceProvider): void {
  // @ts-expect-error -- a name is no token
  services.addSingleton(Relay, ['IClock', all(IMailer)]);
  // @ts-expect-error -- the first parameter is a clock
  services.addSingleton(Relay, [IMailer, all(IMailer), Store]);
  // @ts-expect-error -- the second one a list
  services.addSingleton(Relay, [IClock, IMailer, Store]);
  // @ts-expect-error -- of something else
  services.addSingleton(Relay, [IClock, all(Store), Store]);
  // @ts-expect-error -- the first one is no list
  services.addSingleton(Relay, [all(IClock), all(IMailer), Store]);
  // @ts-expect-error -- an entry too few
  services.addSingleton(Relay, [IClock]);
  // @ts-expect-error -- none at all
  services.addSingleton(Relay, []);
  // @ts-expect-error -- an entry too many
  services.addSingleton(Relay, [IClock, all(IMailer), Store, IClock]);
  // @ts-expect-error -- in another order
  services.addSingleton(Relay, [all(IMailer), IClock, Store]);
  // @ts-expect-error -- the first parameter is required
  services.addSingleton(Relay, [optional(IClock), all(IMailer), Store]);
  // @ts-expect-error -- a keyed service of another shape
  services.addSingleton(Relay, [fromKeyed('key', IMailer), all(IMailer)]);
  // @ts-expect-error -- a keyed list of another shape
  services.addSingleton(Relay, [IClock, fromKeyed('key', all(IClock))]);
  // @ts-expect-error -- a list with a key, where one is wanted
  services.addSingleton(Relay, [all(fromKeyed('key', IClock)), all(IMailer)]);
  // @ts-expect-error -- optional, with a key, for what is required
  services.addSingleton(Relay, [optional(fromKeyed('key', IClock)), all(IMailer)]);
  // @ts-expect-error -- a clock is no text
  services.addSingleton(Greeter, [IClock]);
  // @ts-expect-error -- the key that is received is a number
  services.addSingleton(Greeter, [serviceKey<number>(Number)]);
  // @ts-expect-error -- and so is the argument
  services.addSingleton(Greeter, [argument<number>(Number)]);
  // @ts-expect-error -- the list of a list
  services.addSingleton(Relay, [IClock, all(all(IMailer))]);

  // @ts-expect-error -- a list that is received cannot be changed, so it must be declared as readonly
  services.addSingleton(Sorter, [all(IMailer)]);

  // @ts-expect-error -- a wrong entry under a token
  services.addScoped(IMailer, Relay, [IMailer, all(IMailer), Store]);
  // @ts-expect-error -- too few under a token
  services.addTransient(IMailer, Relay, []);
  // @ts-expect-error -- too many under a token
  services.tryAddSingleton(IMailer, Smtp, [IClock]);
  // @ts-expect-error -- the list fits, but not the class the token
  services.replaceSingleton(IClock, Relay, [IClock, all(IMailer), Store]);
  // @ts-expect-error -- a wrong entry for a class without members
  services.addSingleton(Empty, Empty, [IMailer]);

  // @ts-expect-error -- a factory with a list that has an entry too few
  services.addSingleton(IMailer, (clock: IClock, mailers: IMailer[]) => new Relay(clock, mailers), [IClock]);
  // @ts-expect-error -- an entry too many
  services.addSingleton(IMailer, (clock: IClock) => new Relay(clock, []), [IClock, IClock]);
  // @ts-expect-error -- a wrong entry
  services.addSingleton(IMailer, (clock: IClock) => new Relay(clock, []), [Store]);
  // @ts-expect-error -- an optional entry for a required parameter
  services.addSingleton(IMailer, (clock: IClock) => new Relay(clock, []), [optional(IClock)]);
  // @ts-expect-error -- one that makes something else
  services.addSingleton(IMailer, (_clock: IClock) => new Sundial(), [IClock]);
  // @ts-expect-error -- one that promises
  services.addSingleton(IMailer, async (clock: IClock) => new Relay(clock, []), [IClock]);

  // @ts-expect-error -- a class of another shape, with a key
  services.addKeyedSingleton(IMailer, 'key', Sundial);
  // @ts-expect-error -- a factory of something else, with a key
  services.addKeyedScoped(IMailer, 'key', () => new Sundial());
  // @ts-expect-error -- an instance of another shape, with a key
  services.addKeyedSingleton(IMailer, 'key', new Sundial());
  // @ts-expect-error -- a wrong entry, with a key
  services.addKeyedTransient(IMailer, 'key', Relay, [IMailer, all(IMailer), Store]);
  // @ts-expect-error -- too few, with a key
  services.tryAddKeyedSingleton(IMailer, 'key', Relay, []);
  // @ts-expect-error -- too many, with a key
  services.replaceKeyedSingleton(IMailer, 'key', Smtp, [IClock]);
  // @ts-expect-error -- a wrong entry for a factory, with a key
  services.addKeyedSingleton(IMailer, 'key', (clock: IClock) => new Relay(clock, []), [Store]);
  // @ts-expect-error -- an interface alone says not what to make, with a key either
  services.addKeyedSingleton(IMailer, 'key');
  // @ts-expect-error -- an abstract class cannot be constructed, with a key either
  services.addKeyedSingleton(Store, 'key');

  // @ts-expect-error -- a wrong entry
  services.addHostedService(Patrol, [IMailer]);
  // @ts-expect-error -- too few
  services.addHostedService(Patrol, []);
  // @ts-expect-error -- too many, as an option
  services.addHostedService(Patrol, { dependencies: [IClock, IClock] });
  // @ts-expect-error -- a wrong entry, as an option
  services.addHostedService(Patrol, { as: [IMailer], dependencies: [optional(IClock)] });
  // @ts-expect-error -- a list for a class that takes nothing
  services.addHostedService(Worker, [IClock]);

  // @ts-expect-error -- a wrong entry
  provider.createInstance(Relay, [], [IMailer, all(IMailer), Store]);
  // @ts-expect-error -- too few
  provider.createInstance(Relay, [], []);
  // @ts-expect-error -- an abstract class cannot be constructed
  provider.createInstance(Store);

  // @ts-expect-error -- a class of another shape
  describeService(IMailer, 'singleton', Sundial);
  // @ts-expect-error -- a factory of something else
  describeService(IMailer, 'singleton', () => new Sundial());
  // @ts-expect-error -- a lifetime that there is not
  describeService(IMailer, 'forever', Smtp);
  // @ts-expect-error -- a name is no token
  describeService('IMailer', 'singleton', Smtp);
  // @ts-expect-error -- nor in a list
  describeService(IMailer, 'singleton', Smtp, ['IClock']);
  // @ts-expect-error -- a registration is made by describeService
  services.add({ serviceType: IMailer, lifetime: 'singleton', source: { kind: 'type', type: Smtp } });
}

function accepted(services: ServiceCollection, provider: IServiceProvider): void {
  services
    .addSingleton(IMailer, Smtp)
    .addSingleton(IMailer, new Smtp())
    .addSingleton(IMailer, () => new Smtp())
    .addSingleton(Smtp)
    .addSingleton(Smtp, []);
  services.addScoped(IMailer, { send: () => undefined }).addTransient(IMailer, (inner: IServiceProvider) => ({ send: () => void inner.getService(IClock) }));
  services
    .addSingleton(
      Store,
      class extends Store {
        load(): string {
          return '';
        }
      },
    )
    .addAlias(IMailer, Smtp)
    .replaceScoped(IClock, Sundial, []);
  services
    .addSingleton(Relay, [IClock, all(IMailer), Store])
    .addSingleton(Relay, [Sundial, all(Smtp), optional(Store)])
    .addSingleton(Relay, [IClock, all(IMailer)])
    .addSingleton(Relay, [inject(IClock), fromKeyed('key', all(IMailer)), optional(fromKeyed('key', Store))])
    .addScoped(IMailer, Relay, [fromKeyed('key', IClock), all(fromKeyed(anyKey, IMailer)), fromKeyed(inheritedKey, optional(Store))])
    .addTransient(IMailer, (clock: IClock, store: Store | undefined) => new Relay(clock, [], store), [IClock, optional(Store)])
    .tryAddSingleton(IMailer, (...clocks: IClock[]) => new Relay(clocks[0]!, []), [IClock, Sundial])
    .addSingleton(Empty, [IClock])
    .addSingleton(Empty, Empty, [Sundial])
    .addSingleton(Greeter, [IName])
    .addSingleton(Greeter, [serviceKey()])
    .addSingleton(Greeter, [serviceKey<string>(String)])
    .addSingleton(Greeter, [argument<string>(String)])
    .addSingleton(Greeter, [fromKeyed('key', IName)]);
  services
    .addKeyedSingleton(Smtp, 'key')
    .addKeyedSingleton(IMailer, { any: 'object' }, Smtp)
    .addKeyedSingleton(IMailer, 7, new Smtp())
    .addKeyedScoped(IMailer, anyKey, (inner: IServiceProvider, key: unknown) => new Relay(inner.getRequiredKeyedService(IClock, key), []))
    .addKeyedTransient(IMailer, null, Relay, [IClock, all(IMailer), Store])
    .tryAddKeyedScoped(IMailer, 'key', (clock: IClock) => new Relay(clock, []), [fromKeyed(inheritedKey, IClock)])
    .replaceKeyedTransient(Relay, 'key', Relay, [IClock, all(IMailer), Store]);
  services
    .addHostedService(Worker)
    .addHostedService(Patrol, [IClock])
    .addHostedService(Patrol, { as: [IMailer], dependencies: [inject(IClock)] })
    .addHostedService(Patrol, { as: [IMailer] })
    .addHostedService(() => new Worker());
  const entry: DependencyListEntry = Store;
  const type: AbstractClass<Store> = Store;
  const list: DependencyList<ConstructorParameters<typeof Relay>> = [IClock, all(IMailer), Store];
  const classes: Class<IMailer>[] = [Smtp, Relay];
  services
    .addSingleton(Relay, list)
    .add(describeService(IMailer, 'singleton', Relay, [IClock, all(IMailer), Store]))
    .add(describeService(IMailer, 'scoped', () => new Smtp(), { serviceKey: 'key', implementationType: Smtp }))
    .tryAddEnumerable(describeService(IMailer, 'transient', Relay, { dependencies: [IClock, all(IMailer)] }));
  void [entry, type, classes];

  expectType<IMailer | undefined>()(provider.getService(IMailer), true);
  expectType<IMailer>()(provider.getRequiredService(IMailer), true);
  expectType<readonly IMailer[]>()(provider.getServices(IMailer), true);
  expectType<IMailer | undefined>()(provider.getKeyedService(IMailer, 'key'), true);
  expectType<IMailer>()(provider.getRequiredKeyedService(IMailer, 7), true);
  expectType<readonly Store[]>()(provider.getKeyedServices(Store, anyKey), true);
  expectType<Relay>()(provider.createInstance(Relay, [new Sundial()], [IClock, all(IMailer)]), true);
  expectType<Empty>()(provider.createInstance(Empty), true);
  expectType<Smtp>()(provider.getServiceOrCreateInstance(Smtp), true);
  expectType<Relay>()(createFactory(Relay, [Sundial])(provider, [new Sundial()]), true);
  expectType<ServiceDescriptor<IMailer>>()(describeService(IMailer, 'singleton', Smtp), true);
  expectType<Store>()(provider.getRequiredService(Store), true);
}

const injections = { all: all(IMailer), optional: optional(IMailer), keyed: fromKeyed('key', IMailer), every: all(fromKeyed('key', IMailer)) };
expectType<Injection<readonly IMailer[]>>()(injections.all, true);
expectType<Injection<IMailer | undefined>>()(injections.optional, true);
expectType<Injection<IMailer>>()(injections.keyed, true);
expectType<Injection<readonly IMailer[]>>()(injections.every, true);

class Holder {
  constructor(
    @inject(IMailer) readonly mailer: IMailer,
    @inject(Store) @optional() readonly store: Store | undefined,
    @all(IClock) readonly clocks: readonly IClock[],
    @inject(IMailer) @fromKeyed('key') readonly keyed: IMailer,
    @fromKeyed('key', IClock) readonly clock: IClock,
    @all(IMailer) @fromKeyed() readonly mailers: readonly IMailer[],
    @serviceKey(String) readonly key: string,
    @argument(Number) readonly limit: number,
  ) {}
}

describe('the types of registrations', () => {
  it('refuse what does not fit its token, and infer what a token gives', () => {
    // The compiler is the judge; this keeps the claims above in use.
    expect([refused, refusedLists, accepted, Holder]).toHaveLength(4);
  });
});
