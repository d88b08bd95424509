import { type FactoryContext, IServiceProvider, type ServiceCollection, type ServiceToken, serviceToken, tokenName } from 'hostward';
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
    expect(provide(services => services.addTransient(IShape, square)).getService(IShape)).toBe(square);
  });

  it.each([
    ['a falsy instance', 0],
    ['an empty text', ''],
  ])('gives %s', (_what, value) => {
    const token: ServiceToken<unknown> = serviceToken('value');
    expect(provide(services => services.addSingleton(token, value)).getRequiredService(token)).toBe(value);
  });

  it('remembers that the factory of a singleton made nothing', () => {
    const factory = jest.fn(() => undefined as unknown as IShape);
    const provider = provide(services => services.addSingleton(IShape, factory));
    expect([provider.getService(IShape), provider.getRequiredService(IShape)]).toEqual([undefined, undefined]);
    expect(factory).toHaveBeenCalledTimes(1);
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

  it('has a list of its own for each request', () => {
    const provider = provide(services => services.addSingleton(IShape, Square));
    provider.getServices(IShape).pop();
    expect(provider.getServices(IShape)).toHaveLength(1);
  });

  it('gives undefined and an empty list for what is not registered', () => {
    const provider = provide(() => undefined);
    expect([provider.getService(IShape), provider.getServices(IShape)]).toEqual([undefined, []]);
  });

  it('constructs nothing before it is asked, and nothing to answer isService', () => {
    const factory = jest.fn(() => new Circle());
    const provider = provide(services => services.addSingleton(IShape, factory));
    expect([IShape, Circle, IServiceProvider].map(token => provider.isService(token))).toEqual([true, false, true]);
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
    const IDrawing: ServiceToken<Drawing> = serviceToken('IDrawing');
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
      ['nobody, for a direct request through an alias', services => services.addAlias(IOutline, IShape), IOutline, undefined],
    ])('%s', (_what, register, token, requester) => {
      const provider = provide(services => register(services.addTransient(IShape, note)));
      provider.getRequiredService(token);
      expect(requesters).toEqual([requester]);
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
