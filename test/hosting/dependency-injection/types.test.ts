import {
  type AbstractClass,
  all,
  type DependencyListEntry,
  type IHostedService,
  inject,
  type IServiceProvider,
  optional,
  type ServiceCollection,
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
  // @ts-expect-error -- a name is no token in a list either
  services.addSingleton(Smtp, ['IClock']);
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

function accepted(services: ServiceCollection, provider: IServiceProvider): void {
  services
    .addSingleton(IMailer, Smtp)
    .addSingleton(IMailer, new Smtp())
    .addSingleton(IMailer, () => new Smtp())
    .addSingleton(Smtp)
    .addSingleton(Smtp, [IClock]);
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
    .replaceScoped(IClock, Sundial, [optional(IMailer), all(Store)]);
  services
    .addHostedService(Worker)
    .addHostedService(Worker, [IClock])
    .addHostedService(Worker, { as: [IMailer], dependencies: [inject(IClock)] })
    .addHostedService(() => new Worker());
  const entry: DependencyListEntry = Store;
  const type: AbstractClass<Store> = Store;
  void [entry, type];

  expectType<IMailer | undefined>()(provider.getService(IMailer), true);
  expectType<IMailer>()(provider.getRequiredService(IMailer), true);
  expectType<IMailer[]>()(provider.getServices(IMailer), true);
  expectType<Store>()(provider.getRequiredService(Store), true);
}

class Holder {
  constructor(
    @inject(IMailer) readonly mailer: IMailer,
    @inject(Store) @optional() readonly store: Store | undefined,
    @all(IClock) readonly clocks: IClock[],
  ) {}
}

describe('the types of registrations', () => {
  it('refuse what does not fit its token, and infer what a token gives', () => {
    // The compiler is the judge; this keeps the claims above in use.
    expect([refused, accepted, Holder]).toHaveLength(3);
  });
});
