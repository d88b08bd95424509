import { assertRight, classTree, importContainers } from '../containers.mjs';

const scopes = 1_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `opening a scope, resolving three scoped services of which two need the third and a singleton, and disposing it, ${scopes.toLocaleString('en')} times`,
  warmup: 5,
  runs: 25,
  async setup() {
    const { hostward, inversify, awilix } = await importContainers();
    const { inject } = hostward;
    const [Singleton, Shared, First, Second] = classTree(4, { inject: () => () => undefined });
    for (const type of [First, Second]) {
      Object.defineProperty(type, 'length', { value: 2 });
      inject(Shared)(type, undefined, 0);
      inject(Singleton)(type, undefined, 1);
    }
    Object.defineProperty(Shared, 'length', { value: 0 });
    Object.defineProperty(Singleton, 'length', { value: 0 });
    const services = new hostward.ServiceCollection().addSingleton(Singleton).addScoped(Shared).addScoped(First).addScoped(Second);
    const parent = new inversify.Container();
    parent.bind(Singleton).toSelf().inSingletonScope();
    const factory = type => (shared, singleton) => new type(shared, singleton);
    const cradle = awilix.createContainer({ injectionMode: awilix.InjectionMode.CLASSIC }).register({
      singleton: awilix.asFunction(() => new Singleton()).singleton(),
      shared: awilix.asFunction(() => new Shared()).scoped(),
      first: awilix.asFunction(factory(First)).scoped(),
      second: awilix.asFunction(factory(Second)).scoped(),
    });
    return { provider: new hostward.ServiceProvider(services), inversify, parent, cradle, Shared, First, Second };
  },
  ours: {
    name: 'hostward, createScope',
    async run({ provider, Shared, First, Second }) {
      for (let index = 0; index < scopes; index++) {
        const scope = provider.createScope();
        const [shared, first, second] = [scope.services.getService(Shared), scope.services.getService(First), scope.services.getService(Second)];
        assertRight(first.left === shared && second.left === shared);
        await scope[Symbol.asyncDispose]();
      }
    },
  },
  peers: [
    {
      name: 'inversify, child container',
      atMost: 1 / 20,
      async run({ inversify, parent, Shared, First, Second }) {
        for (let index = 0; index < scopes; index++) {
          const child = new inversify.Container({ parent });
          for (const type of [Shared, First, Second]) child.bind(type).toSelf().inSingletonScope();
          const [shared, first, second] = [child.get(Shared), child.get(First), child.get(Second)];
          assertRight(first.left === shared && second.left === shared);
          await child.unbindAll();
        }
      },
    },
    {
      name: 'awilix, createScope',
      atMost: 1,
      async run({ cradle }) {
        for (let index = 0; index < scopes; index++) {
          const scope = cradle.createScope();
          const [shared, first, second] = [scope.resolve('shared'), scope.resolve('first'), scope.resolve('second')];
          assertRight(first.left === shared && second.left === shared);
          await scope.dispose();
        }
      },
    },
  ],
};
