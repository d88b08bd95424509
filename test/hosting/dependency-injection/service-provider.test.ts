import {
  all,
  anyKey,
  type FactoryContext,
  fromKeyed,
  IServiceProvider,
  optional,
  type ServiceCollection,
  type ServiceToken,
  serviceToken,
  tokenName,
} from 'hostward';
import { provide, thrownBy } from './provide.js';

interface IShape {
  readonly corners?: number;
}
const IShape: ServiceToken<IShape> = serviceToken('IShape');
const IOutline: ServiceToken<IShape> = serviceToken('IOutline');

class Circle implements IShape {
  readonly corners = 0;
}
class Square implements IShape {
  readonly corners = 4;
}

describe('ServiceProvider', () => {
  it('gives a singleton once', () => {
    const provider = provide(services => services.addSingleton(IShape, Circle));
    expect(provider.getService(IShape)).toBeInstanceOf(Circle);
    expect(provider.getRequiredService(IShape)).toBe(provider.getService(IShape));
  });

  it('gives a transient anew each time', () => {
    const provider = provide(services => services.addTransient(IShape, Circle));
    expect(provider.getService(IShape)).toBeInstanceOf(Circle);
    expect(provider.getService(IShape)).not.toBe(provider.getService(IShape));
  });

  it('gives a scoped service once, when it is asked for without a scope', () => {
    const provider = provide(services => services.addScoped(IShape, Circle));
    expect(provider.getService(IShape)).toBe(provider.getService(IShape));
  });

  it('gives a ready-made instance as it is', () => {
    const square = new Square();
    expect(provide(services => services.addSingleton(IShape, square)).getService(IShape)).toBe(square);
    expect(() => provide(services => services.addTransient(IShape, square))).toThrow('with an instance, which is always a singleton');
  });

  it.each([
    ['a falsy instance', 0],
    ['an empty text', ''],
  ])('gives %s', (_what, value) => {
    const token: ServiceToken<unknown> = serviceToken('value');
    expect(provide(services => services.addSingleton(token, value)).getRequiredService(token)).toBe(value);
  });

  it.each([undefined, null])('remembers that the factory of a singleton made %p, which is no service', nothing => {
    const factory = jest.fn(() => nothing as unknown as IShape);
    class Drawing {
      constructor(readonly shape: unknown) {}
    }
    const provider = provide(services => services.addSingleton(IShape, factory).addTransient(Drawing, [IShape]));
    expect([provider.getService(IShape), provider.getServices(IShape), provider.isService(IShape)]).toEqual([undefined, [nothing], true]);
    expect(thrownBy(() => provider.getRequiredService(IShape))).toMatchObject({
      code: 'ERR_SERVICE_NOT_REGISTERED',
      service: 'IShape',
      message: expect.stringContaining("No service for type 'IShape' has been registered."),
    });
    expect(provider.getRequiredService(Drawing)).toEqual({ shape: nothing });
    expect(factory).toHaveBeenCalledTimes(1);
  });

  it('remembers that the factory of a scoped service made nothing, in each scope', () => {
    const factory = jest.fn(() => null as unknown as IShape);
    const provider = provide(services => services.addScoped(IShape, factory));
    for (const { services } of [provider.createScope(), provider.createScope()])
      expect([services.getService(IShape), services.getService(IShape)]).toEqual([undefined, undefined]);
    expect(factory).toHaveBeenCalledTimes(2);
  });

  it('says that the factory of a token made nothing, instead of suggesting another', () => {
    const provider = provide(services => services.addSingleton(IShape, () => null as never).addKeyedSingleton(IShape, 'key', () => null as never));
    expect(thrownBy(() => provider.getRequiredService(IShape))).toMatchObject({
      message: "No service for type 'IShape' has been registered.\n  IShape is registered, but its factory made nothing.",
    });
    expect(thrownBy(() => provider.getRequiredKeyedService(IShape, 'key'))).toMatchObject({
      message: expect.stringMatching(/\n {2}IShape is registered, but its factory made nothing\.$/),
    });
  });

  it('refuses what a factory only promises, and does not leave the failure of the promise unhandled', async () => {
    const unhandled = jest.fn();
    process.once('unhandledRejection', unhandled);
    const IPromised: ServiceToken<unknown> = serviceToken('IPromised');
    const provider = provide(services =>
      services
        .addSingleton(IPromised, () => Promise.reject(new Error('no pencil')))
        .addKeyedTransient(IPromised, 'key', (inner: IServiceProvider) => Promise.resolve(inner), [IServiceProvider]),
    );
    for (const request of [() => provider.getService(IPromised), () => provider.getServices(IPromised), () => provider.getKeyedService(IPromised, 'key')])
      expect(thrownBy(request)).toMatchObject({ code: 'ERR_ASYNC_FACTORY', registeredAt: expect.stringContaining('service-provider.test.ts') });
    await new Promise(resolve => setImmediate(resolve));
    process.removeListener('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('gives the last registration of a token', () => {
    const provider = provide(services => services.addSingleton(IShape, Circle).addTransient(IShape, Square));
    expect(provider.getService(IShape)).toBeInstanceOf(Square);
  });

  it('gives every registration in order, each the instance that a single request gives', () => {
    const provider = provide(services => services.addSingleton(IShape, Square).addSingleton(IShape, Circle).addSingleton(IShape, Square));
    const shapes = provider.getServices(IShape);
    expect(shapes.map(({ corners }) => corners)).toEqual([4, 0, 4]);
    expect(shapes[2]).toBe(provider.getService(IShape));
    expect(new Set([...shapes, ...provider.getServices(IShape)]).size).toBe(3);
  });

  it('keeps the list of services, frozen, when no item is transient', () => {
    class Gallery {
      constructor(readonly shapes: readonly IShape[]) {}
    }
    const provider = provide(services =>
      services
        .addSingleton(IShape, Square)
        .addSingleton(IShape, new Circle())
        .addSingleton(Gallery, [all(IShape)]),
    );
    const shapes = provider.getServices(IShape);
    expect(provider.getServices(IShape)).toBe(shapes);
    expect(provider.createScope().services.getServices(IShape)).toBe(shapes);
    expect(provider.getRequiredService(Gallery).shapes).toBe(shapes);
    expect(() => (shapes as IShape[]).pop()).toThrow(TypeError);
    expect(provider.getServices(IShape)).toHaveLength(2);
    expect(Object.isFrozen(provider.getServices(IOutline))).toBe(true);
  });

  it('makes a new list for each request when an item is transient', () => {
    const provider = provide(services => services.addSingleton(IShape, Square).addTransient(IShape, Circle));
    const shapes = provider.getServices(IShape) as IShape[];
    shapes.pop();
    const others = provider.getServices(IShape);
    expect(others).toEqual([shapes[0], expect.any(Circle)]);
    expect(others[1]).not.toBe(provider.getServices(IShape)[1]);
  });

  it('makes a singleton of a registration for any key once for each key', () => {
    const provider = provide(services => services.addKeyedSingleton(IShape, anyKey, Circle).addKeyedSingleton(IShape, 'square', Square));
    const [a, b, square] = ['a', 'b', 'square'].map(key => provider.getKeyedService(IShape, key));
    expect([a, b, square]).toEqual([expect.any(Circle), expect.any(Circle), expect.any(Square)]);
    expect(a).not.toBe(b);
    expect([provider.getKeyedService(IShape, 'a'), provider.createScope().services.getRequiredKeyedService(IShape, 'b')]).toEqual([a, b]);
    expect(provider.getKeyedService(IShape, 'a')).toBe(a);
    expect(provider.getKeyedServices(IShape, anyKey)).toEqual([square]);
    expect([provider.getKeyedServices(IShape, 'a'), provider.getService(IShape), provider.getServices(IShape)]).toEqual([[], undefined, []]);
    for (const request of ['getKeyedService', 'getRequiredKeyedService'] as const)
      expect(thrownBy(() => provider[request](IShape, anyKey))).toMatchObject({ code: 'ERR_SERVICE_KEY', service: 'IShape' });
  });

  it('makes what a factory with a dependency list makes, from exactly that', () => {
    class Outline {
      readonly parts: unknown[];
      constructor(...parts: unknown[]) {
        this.parts = parts;
      }
    }
    const provider = provide(services =>
      services
        .addSingleton(IShape, Circle)
        .addScoped(Outline, (...parts: unknown[]) => new Outline(...parts), [IShape, all(IShape), optional(IOutline), IServiceProvider]),
    );
    const { services } = provider.createScope();
    const shape = provider.getService(IShape);
    expect(services.getRequiredService(Outline).parts).toEqual([shape, [shape], undefined, expect.anything()]);
    expect(services.getRequiredService(Outline).parts[3]).toBe(services);
    expect(services.getService(Outline)).toBe(services.getService(Outline));
  });

  it('gives undefined and an empty list for what is not registered', () => {
    const provider = provide(() => undefined);
    expect([provider.getService(IShape), provider.getServices(IShape)]).toEqual([undefined, []]);
  });

  it('constructs nothing before it is asked, and nothing to answer isService', () => {
    const factory = jest.fn(() => new Circle());
    const provider = provide(services => services.addSingleton(IShape, factory));
    expect([IShape, Circle, IServiceProvider].map(token => provider.isService(token))).toEqual([true, false, true]);
    expect([provider.isKeyedService(IShape, null), provider.isKeyedService(IShape, 'key'), provider.isKeyedService(IServiceProvider, 'key')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(factory).not.toHaveBeenCalled();
  });

  it('constructs the dependencies of a class first, left to right', () => {
    const trace: string[] = [];
    const [a, b, c] = ['a', 'b', 'c'].map(name => serviceToken<string>(name)) as [symbol, symbol, symbol];
    const noting = (name: string) => () => (trace.push(name), name);
    class Whole {
      constructor(...parts: string[]) {
        trace.push(parts.join('+'));
      }
    }
    const provider = provide(services =>
      services.addSingleton(c, noting('c')).addSingleton(a, noting('a')).addSingleton(b, noting('b')).addSingleton(Whole, [a, b, c]),
    );
    provider.getService(Whole);
    expect(trace).toEqual(['a', 'b', 'c', 'a+b+c']);
  });

  it('is what is injected as IServiceProvider, so that a singleton outlives every scope with it', () => {
    class Locator {
      constructor(readonly services: IServiceProvider) {}
    }
    const provider = provide(services => services.addSingleton(Locator, [IServiceProvider]).addSingleton(IShape, Circle));
    const { services } = provider.createScope().services.getRequiredService(Locator);
    expect(services).toBe(provider.getService(IServiceProvider));
    expect(services.getService(IShape)).toBe(provider.getService(IShape));
  });

  describe('an alias', () => {
    it.each(['addSingleton', 'addScoped', 'addTransient'] as const)('of what %s registered is the same service with the same lifetime', method => {
      const provider = provide(services => services[method](IShape, Circle).addAlias(IOutline, IShape));
      const { services } = provider.createScope();
      const isSame = method !== 'addTransient';
      expect(services.getService(IOutline)).toBeInstanceOf(Circle);
      expect(services.getService(IOutline) === services.getService(IShape)).toBe(isSame);
      expect(services.getService(IOutline) === services.getService(IOutline)).toBe(isSame);
      expect(services.getService(IOutline) === provider.getService(IOutline)).toBe(method === 'addSingleton');
    });

    it('leads to the last registration of its target, also when that is added later', () => {
      const provider = provide(services => services.addSingleton(IShape, Circle).addAlias(IOutline, IShape).addSingleton(IShape, Square));
      expect(provider.getService(IOutline)).toBe(provider.getService(IShape));
      expect(provider.getServices(IOutline)).toEqual([expect.any(Square)]);
    });

    it('may lead to another alias', () => {
      const provider = provide(services => services.addSingleton(Circle).addAlias<IShape>(IShape, Circle).addAlias(IOutline, IShape));
      expect(provider.getService(IOutline)).toBe(provider.getService(Circle));
    });
  });

  describe('tells a factory who asks', () => {
    const requesters: (string | undefined)[] = [];
    const note = (_services: unknown, { requester }: FactoryContext) => (requesters.push(requester && tokenName(requester)), new Circle());
    class Drawing {
      constructor(readonly shape: IShape) {}
    }
    class Gallery {
      constructor(readonly shapes: readonly IShape[]) {}
    }
    const IDrawing: ServiceToken<Drawing> = serviceToken('IDrawing');
    const noteKeyed = (services: unknown, _key: unknown, context: FactoryContext) => note(services, context);
    beforeEach(() => requesters.splice(0));

    it.each<[string, (services: ServiceCollection) => unknown, ServiceToken<unknown>, string | undefined]>([
      ['nobody, for a direct request', () => undefined, IShape, undefined],
      ['the class, for a dependency of one', services => services.addSingleton(IDrawing, Drawing, [IShape]), IDrawing, 'Drawing'],
      [
        'the token, for a request of another factory',
        services => services.addSingleton(IDrawing, p => new Drawing(p.getRequiredService(IShape))),
        IDrawing,
        'IDrawing',
      ],
      ['the class behind an alias', services => services.addSingleton(Drawing, [IShape]).addAlias(IDrawing, Drawing), IDrawing, 'Drawing'],
      ['the class that asked through an alias', services => services.addSingleton(Drawing, [IOutline]).addAlias(IOutline, IShape), Drawing, 'Drawing'],
      [
        'the class, for a keyed dependency of one',
        services => services.addKeyedTransient(IShape, 'key', noteKeyed).addSingleton(Drawing, [fromKeyed('key', IShape)]),
        Drawing,
        'Drawing',
      ],
      ['the class, for an item of its list', services => services.addSingleton(Gallery, [all(IShape)]), Gallery, 'Gallery'],
      [
        'the token, for a dependency of a factory with a list',
        services => services.addSingleton(IDrawing, (shape: IShape) => new Drawing(shape), [IShape]),
        IDrawing,
        'IDrawing',
      ],
      ['nobody, for a direct request through an alias', services => services.addAlias(IOutline, IShape), IOutline, undefined],
    ])('%s', (_what, register, token, requester) => {
      const provider = provide(services => register(services.addTransient(IShape, note)));
      provider.getRequiredService(token);
      expect(requesters).toEqual([requester]);
    });

    it('the class that createInstance makes', () => {
      const provider = provide(services => services.addTransient(IShape, note));
      expect(provider.createInstance(Drawing, [], [IShape]).shape).toBeInstanceOf(Circle);
      expect(requesters).toEqual(['Drawing']);
    });

    it('anew for each class, when the service is a transient', () => {
      class Print extends Drawing {}
      const provider = provide(services => services.addTransient(IShape, note).addSingleton(Drawing, [IShape]).addSingleton(Print, [IShape]));
      provider.getService(Drawing);
      provider.getService(Print);
      expect(requesters).toEqual(['Drawing', 'Print']);
    });
  });

  describe('after a constructor threw', () => {
    it('throws the very error of the constructor, and tries again at the next request', () => {
      const failure = new Error('no pencil');
      let attempts = 0;
      const provider = provide(services =>
        services.addSingleton(IShape, () => {
          if (++attempts === 1) throw failure;
          return new Circle();
        }),
      );
      expect(thrownBy(() => provider.getService(IShape))).toBe(failure);
      expect(provider.getService(IShape)).toBe(provider.getService(IShape));
      expect(attempts).toBe(2);
    });

    it('knows no more of what was under construction', () => {
      const Outer: ServiceToken<IShape> = serviceToken('Outer');
      const requesters: unknown[] = [];
      const provider = provide(services =>
        services
          .addTransient(Outer, p => p.getRequiredService(IShape))
          .addTransient(IShape, (_p, { requester }) => {
            requesters.push(requester);
            throw new Error('no pencil');
          }),
      );
      for (const token of [Outer, IShape, Outer]) expect(() => provider.getService(token)).toThrow('no pencil');
      expect(requesters).toEqual([Outer, undefined, Outer]);
    });

    it('is back in the scope that it was in', () => {
      const provider = provide(services =>
        services.addScoped(Circle).addScoped(IShape, () => {
          throw new Error('no pencil');
        }),
      );
      const { services } = provider.createScope();
      expect(() => services.getService(IShape)).toThrow('no pencil');
      expect(provider.container.get(Circle)).toBe(provider.getService(Circle));
    });

    it('gives a whole list or none', () => {
      let isBroken = true;
      const provider = provide(services =>
        services.addSingleton(IShape, Circle).addSingleton(IShape, () => {
          if (isBroken) throw new Error('no pencil');
          return new Square();
        }),
      );
      expect(() => provider.getServices(IShape)).toThrow('no pencil');
      isBroken = false;
      expect(provider.getServices(IShape).map(({ corners }) => corners)).toEqual([0, 4]);
    });
  });
});
