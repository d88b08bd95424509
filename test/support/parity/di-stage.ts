import {
  all,
  anyKey,
  argument,
  type Class,
  describeService,
  fromKeyed,
  inheritedKey,
  IServiceProvider,
  IServiceProviderIsService,
  IServiceScopeFactory,
  optional,
  ServiceCollection,
  type ServiceDescriptor,
  serviceKey,
  type ServiceToken,
} from 'hostward';
import type { Impl, Key, Param, RegistrationOp, ValueKind } from './di-scenario.js';

const builtIns: Readonly<Record<string, ServiceToken<unknown>>> = {
  IServiceProvider,
  IServiceScopeFactory,
  IServiceProviderIsService,
  IServiceProviderIsKeyedService: IServiceProviderIsService,
};

/** The services, classes and registrations of one scenario, and what happens to them. */
export class DiStage {
  /** Since the last step. */
  events: unknown[] = [];
  readonly collection = new ServiceCollection();
  readonly #tokens = new Map<string, ServiceToken<unknown>>(Object.entries(builtIns));
  readonly #classes = new Map<string, Class<object>>();
  readonly #labels = new WeakMap<object, string>();
  readonly #counts = new Map<string, number>();
  readonly #providers = new WeakMap<object, string>();

  constructor(private readonly impls: Readonly<Record<string, Impl>>) {}

  token(service: string): ServiceToken<unknown> {
    if (service in this.impls) return this.classOf(service);
    let token = this.#tokens.get(service);
    if (!token) this.#tokens.set(service, (token = this.#createToken(service)));
    return token;
  }

  classOf(name: string): Class<object> {
    let type = this.#classes.get(name);
    if (!type) this.#classes.set(name, (type = this.#createClass(name, this.impls[name]!)));
    return type;
  }

  register(op: RegistrationOp): void {
    const { collection } = this;
    switch (op.op) {
      case 'removeAll':
        return void collection.removeAll(this.token(op.service));
      case 'removeAllKeyed':
        return void collection.removeAllKeyed(this.token(op.service), keyOf(op.key));
      case 'clear':
        return void collection.clear();
      case 'makeReadOnly':
        return collection.makeReadOnly();
      default:
        collection[op.op](this.#describe(op));
    }
  }

  describeCollection(): unknown[] {
    return [...this.collection].map(({ serviceType, lifetime, serviceKey: key, source }) => ({
      service: this.#nameOf(serviceType),
      lifetime,
      ...(key === undefined ? {} : { key: shownKey(key) }),
      ...(source.kind === 'type' ? { impl: source.type.name } : source.kind === 'instance' ? { instance: this.show(source.instance) } : { factory: true }),
    }));
  }

  /** Notes under which name a provider is shown. */
  name(provider: IServiceProvider, name: string): void {
    this.#providers.set(provider, name);
    this.#providers.set(provider.getRequiredService(IServiceProvider), name);
  }

  /** A value as recordings have it. */
  show(value: unknown): unknown {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value)) return value.map(item => this.show(item));
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string') return { text: value };
    if (typeof value === 'number') return { number: value };
    const provider = this.#providers.get(value);
    if (provider !== undefined) return { provider };
    const isFactory = typeof value === 'object' && 'createScope' in value;
    return this.#labels.get(value) ?? { builtin: isFactory ? 'IServiceScopeFactory' : 'IServiceProviderIsService' };
  }

  #describe(op: RegistrationOp): ServiceDescriptor {
    const { kind, impl, lifetime } = op;
    const keyed = 'key' in op ? { serviceKey: keyOf(op.key) } : {};
    const token = this.token(op.service);
    if (kind === 'type') return describeService<unknown>(token, lifetime, this.classOf(impl), { ...keyed, dependencies: this.dependenciesOf(impl) });
    if (kind === 'instance') return describeService<unknown>(token, lifetime, new (this.classOf(impl))(), keyed);
    const declared = op.declared ?? impl ?? op.service;
    const implementationType = declared === 'any' ? Object : this.token(declared);
    return describeService<unknown>(token, lifetime, this.#factoryOf(op), { ...keyed, implementationType });
  }

  #factoryOf(op: RegistrationOp): (services: IServiceProvider, key: unknown) => unknown {
    const takesKey = 'key' in op;
    let shared: object | undefined;
    const make = (services: IServiceProvider, key: unknown): unknown => {
      switch (op.kind) {
        case 'shared':
          return (shared ??= new (this.classOf(op.impl))());
        case 'forward':
          return 'key' in op.to
            ? services.getRequiredKeyedService(this.token(op.to.service), keyOf(op.to.key))
            : services.getRequiredService(this.token(op.to.service));
        case 'null':
          return null;
        case 'throw':
          throw new Error(op.message);
        default: {
          const { params } = this.impls[op.impl]!.ctors[0]!;
          return new (this.classOf(op.impl))(...params.map(param => this.#resolve(param, services, key)));
        }
      }
    };
    return (services, key) => {
      this.events.push(takesKey ? ['factory', op.service, shownKey(key)] : ['factory', op.service]);
      return make(services, takesKey ? key : undefined);
    };
  }

  #resolve(param: Param, services: IServiceProvider, ownKey: unknown): unknown {
    if (param.serviceKey) return ownKey;
    const token = this.token(param.service!);
    const key = param.inheritKey ? ownKey : keyOf(param.key);
    if (param.enumerable) return services.getKeyedServices(token, key);
    return param.optional ? services.getKeyedService(token, key) : services.getRequiredKeyedService(token, key);
  }

  dependenciesOf(impl: string): never[] {
    return this.impls[impl]!.ctors[0]!.params.map(param => {
      if (param.serviceKey) return serviceKey(valueType(param.serviceKey));
      if (param.value) return param.optional ? optional(argument(valueType(param.value))) : argument(valueType(param.value));
      const token = this.token(param.service!);
      const keyed = param.inheritKey ? fromKeyed(inheritedKey, token) : 'key' in param ? fromKeyed(keyOf(param.key), token) : token;
      return param.enumerable ? all(keyed) : param.optional ? optional(keyed) : keyed;
    }) as never[];
  }

  /** A class, so that arguments can be instances of it: of everything that may be registered under it. */
  #createToken(service: string): ServiceToken<unknown> {
    const { impls } = this;
    return named(
      service,
      class {
        static [Symbol.hasInstance](value: unknown): boolean {
          return impls[(value as object).constructor.name]?.services.includes(service) ?? false;
        }
      },
    );
  }

  #createClass(name: string, impl: Impl): Class<object> {
    const construct = (instance: object, args: unknown[]): void => {
      const count = (this.#counts.get(name) ?? 0) + 1;
      this.#counts.set(name, count);
      this.#labels.set(instance, `${name}#${count}`);
      const { params } = impl.ctors[0] ?? { params: [] };
      const shown = args.map((value, index) => (params[index]?.serviceKey && value !== undefined ? { key: shownKey(value) } : this.show(value)));
      this.events.push([impl.throwInConstructor === undefined ? 'construct' : 'constructFailed', `${name}#${count}`, shown]);
      if (impl.throwInConstructor !== undefined) throw new Error(impl.throwInConstructor);
    };
    const type = named(
      name,
      class {
        constructor(...args: unknown[]) {
          construct(this, args);
        }
      },
    );
    const disposed = (instance: object, mode: string): void => void this.events.push(['dispose', this.#labels.get(instance), mode]);
    const fail = (): void => {
      if (impl.throwOnDispose !== undefined) throw new Error(impl.throwOnDispose);
    };
    const methods: Partial<Disposable & AsyncDisposable> = {};
    if (impl.disposable === 'sync' || impl.disposable === 'both')
      methods[Symbol.dispose] = function (this: object): void {
        disposed(this, 'sync');
        fail();
      };
    if (impl.disposable === 'async' || impl.disposable === 'both') {
      const ended = (instance: object): void => void this.events.push(['disposed', this.#labels.get(instance)]);
      methods[Symbol.asyncDispose] = async function (this: object): Promise<void> {
        disposed(this, 'async');
        await new Promise(resolve => setImmediate(resolve));
        fail();
        ended(this);
      };
    }
    Object.assign(type.prototype, methods);
    return type;
  }

  #nameOf(token: ServiceToken<unknown>): string {
    return Object.keys(builtIns).find(name => builtIns[name] === token) ?? (token as Class<unknown>).name;
  }
}

function named<T extends Class<object>>(name: string, type: T): T {
  return Object.defineProperty(type, 'name', { value: name });
}

export function keyOf(key: Key | undefined): unknown {
  return typeof key === 'object' && key !== null ? anyKey : key;
}

function shownKey(key: unknown): unknown {
  return key === anyKey ? { any: true } : (key ?? null);
}

function valueType(kind: ValueKind): StringConstructor | NumberConstructor | undefined {
  return kind === 'string' ? String : kind === 'number' ? Number : undefined;
}
