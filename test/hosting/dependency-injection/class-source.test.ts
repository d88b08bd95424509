import { inherits } from 'node:util';
import { inject, type ServiceCollection, type ServiceToken, serviceToken } from 'hostward';
import { isClass, parentOf, passesArgumentsOn } from '../../../src/hosting/dependency-injection/class-source.js';
import { dependenciesOf } from '../../../src/hosting/dependency-injection/dependency.js';
import { provide } from './provide.js';

const IName: ServiceToken<string> = serviceToken('IName');

class Parent {
  constructor(@inject(IName) readonly name: string) {}
}

/** What a source text stands for, with `Parent` in sight: some texts would not survive the compiler of the tests. */
function evaluate<T = new () => Parent>(text: string): T {
  return ((0, eval)(`(Parent => (${text}))`) as (parent: typeof Parent) => T)(Parent);
}

type Case = [what: string, source: string, passesOn?: boolean];

const receives: Case[] = [
  ['has no constructor', 'class Child extends Parent {}'],
  ['has no name either', 'class extends Parent{}'],
  ['has methods, getters and fields', 'class Child extends Parent { #own = 1; own = {}; get value() { return this.#own } run() { if (this) { return {} } } }'],
  ['passes on a rest parameter', 'class Child extends Parent { constructor(...args) { super(...args); this.own = true; } }'],
  ['passes on its arguments, as compilers write it', 'class Child extends Parent { constructor() { super(...arguments); this.own = true; } }'],
  ['passes on its arguments, minified', 'class e extends Parent{constructor(){super(...arguments),this.own={}}}'],
  [
    'passes on a rest parameter, with line breaks',
    'class Child extends Parent {\n  constructor(\n    ...args\n  ) {\n    super(\n      ...args\n    );\n  }\n}',
  ],
  ['mentions a constructor in a comment', 'class Child extends Parent { /* constructor() { super(1) } */ run() {} }'],
  ['mentions a constructor in a line comment', 'class Child extends Parent {\n  // constructor() { super(1) }\n}'],
  ['mentions a constructor in a text', 'class Child extends Parent { text = "constructor() {"; other = \'constructor(\' }'],
  ['mentions a constructor in a template', 'class Child extends Parent { text = `constructor() {\n  super(1) }` }'],
  ['has a text with a quote in it', 'class Child extends Parent { text = "it\'s \\" {"; other = \'{ " \\\' {\' }'],
  ['has a method with a class in it', 'class Child extends Parent { make() { return class { constructor() { this.own = 1 } } } }'],
  ['has a field with a class in it', 'class Child extends Parent { Inner = class extends Object { constructor() { super() } } }'],
  ['has a static block with a class in it', 'class Child extends Parent { static { this.Inner = class { constructor() {} }; } }'],
  ['has a private method of nearly that name', 'class Child extends Parent { #constructors() {} constructorOf() {} get constructorName() { return 1 } }'],
  ['has a computed method of that name', 'class Child extends Parent { ["constructor"]() {} }'],
  ['asks for its constructor in a method', 'class Child extends Parent { clone() { return new this.constructor(1) } }'],
  ['has braces in its name’s comment', 'class Child /* { */ extends Parent /* { constructor() */ {}'],
];

const receivesNothing: Case[] = [
  ['has a constructor without parameters', 'class Child extends Parent { constructor() { super("fake") } }'],
  ['has one, minified', 'class e extends Parent{constructor(){super("fake");this.a=1}}'],
  ['has one with defaults', 'class Child extends Parent { constructor(name = "fake", options = { a: { b: 1 } }) { super(name) } }'],
  [
    'has one after everything else',
    'class Child extends Parent { static own = { a: 1 }; #x = `${1}`; run() { return { a: {} } } static { } constructor() { super("fake") } }',
  ],
  ['has one after a class with another', 'class Child extends Parent { Inner = class { constructor(...a) {} }; constructor() { super("fake") } }'],
  ['has one after a static block with a class', 'class Child extends Parent { static { class Inner { constructor(a) {} } } constructor() { super("fake") } }'],
  ['has one after a comment with braces', 'class Child extends Parent { /* }{{ */ // }}\n constructor() { super("fake") } }'],
  ['has one after texts with braces', 'class Child extends Parent { a = "}"; b = \'}}\'; c = `}`; constructor() { super("fake") } }'],
  ['has one after a division', 'class Child extends Parent { ratio = 4 / 2; slash = "/"; constructor() { super("fake") } }'],
  ['passes on only the rest', 'class Child extends Parent { constructor(...rest) { super("fake", ...rest) } }'],
  ['extends what a function with an object literal returns', 'class Child extends ((options) => Parent)({ a: 1 }) { constructor() { super("fake") } }'],
  ['has a comment with a quote before it', 'class Child extends Parent { /* it\'s */ constructor() { super("fake") } }'],
];

// What reading the text does not find out yet.
const misjudged: Case[] = [
  ['has a regular expression with a quote before its constructor', "class e extends Parent{re=/'/;constructor(){super('fake')}}", false],
  ['has a regular expression with a brace before its constructor', 'class Child extends Parent { re = /{/; constructor() { super("fake") } }', false],
  ['has a regular expression with a closing brace in a method', 'class Child extends Parent { m() { return /}/ } constructor() { super("fake") } }', false],
  ['has a regular expression that looks like a comment', 'class Child extends Parent { re = /[/*]/; constructor() { super("fake") } /* */ }', false],
  ['has a template in a template before its constructor', 'class Child extends Parent { text = `${`{`}`; constructor() { super("fake") } }', false],
  [
    'has a later class in a method that passes everything on',
    'class Child extends Parent { constructor() { super("fake") } make() { return class extends Parent { constructor(...a) { super(...a) } } } }',
    false,
  ],
  ['spreads a list of its own', 'class Child extends Parent { constructor() { super(...["fake"]) } }', false],
  ['has a constructor in quotes', 'class Child extends Parent { "constructor"() { super("fake") } }', false],
  ['has a comment between the name and the parameters of its constructor', 'class Child extends Parent { constructor/* of it */() { super("fake") } }', false],
  ['asks for its constructor in a field', 'class Child extends Parent { clone = () => new this.constructor(1) }', true],
  ['has a static method named constructor', 'class Child extends Parent { static constructor(a) {} }', true],
  ['has a comment before what it passes on', 'class Child extends Parent { constructor() { super(/* all of it */ ...arguments) } }', true],
  ['has a space before what it passes on', 'class Child extends Parent { constructor() { super (...arguments) } }', true],
  ['extends a class that stands in its head', 'class Child extends (class extends Parent { constructor(a) { super(a) } }) {}', true],
  ['gives a class to the function that makes its parent', 'class Child extends ((type) => Parent)(class { constructor(a) {} }) {}', true],
];

describe('a class without constructor parameters', () => {
  it.each(receives)('that %s receives what its parent does', (_what, source) => {
    const type = evaluate(source);
    expect(passesArgumentsOn(type)).toBe(true);
    expect(dependenciesOf(type)).toEqual([{ token: IName }]);
  });

  it.each(receivesNothing)('that %s receives nothing', (_what, source) => {
    const type = evaluate(source);
    expect(passesArgumentsOn(type)).toBe(false);
    expect(dependenciesOf(type)).toEqual([]);
  });

  it.each(misjudged)('that %s is judged by what it does', (_what, source, passesOn) => {
    expect(passesArgumentsOn(evaluate(source))).toBe(passesOn);
  });

  it.each([...receives, ...receivesNothing, ...misjudged])('that %s is a class with a parent', (_what, source) => {
    const type = evaluate(source);
    expect([isClass(type), parentOf(type)]).toEqual([true, Object.getPrototypeOf(type)]);
  });

  it('is made as its source says', () => {
    class Silent extends Parent {}
    class Passing extends Parent {
      constructor(...args: [name: string]) {
        super(...args);
      }
    }
    class Fixed extends Parent {
      constructor() {
        super('fixed');
      }
    }
    class Deeper extends Fixed {
      readonly own = true;
    }
    const register = (services: ServiceCollection) =>
      services.addSingleton(IName, 'given').addSingleton(Silent).addSingleton(Passing).addSingleton(Fixed).addSingleton(Deeper);
    const provider = provide(register);
    expect([Silent, Passing, Fixed, Deeper].map(type => provider.getRequiredService<Parent>(type).name)).toEqual(['given', 'given', 'fixed', 'fixed']);
  });
});

/** Constructors as they were written before there were classes, and as compilers still write them. */
const older: [what: string, source: string, inherits: (child: object, parent: object) => void, passesOn: boolean][] = [
  ['calls its parent with something of its own', 'function Child() { Parent.call(this, "fake") }', setPrototypes, false],
  ['passes its arguments on', 'function Child() { Parent.apply(this, arguments) }', setPrototypes, true],
  ['passes its arguments on, minified', 'function e(){return null!==t&&t.apply(this,arguments)||this}', setPrototypes, true],
  ['passes its arguments on, with line breaks', 'function Child() { Parent.apply(\n  this,\n  arguments\n) }', setPrototypes, true],
  ['passes some arguments on', 'function Child() { Parent.apply(this, [].slice.call(arguments, 1)) }', setPrototypes, false],
];

function setPrototypes(child: object, parent: object): void {
  Object.setPrototypeOf(child, parent);
  Object.setPrototypeOf((child as typeof Parent).prototype, (parent as typeof Parent).prototype);
}

describe('a constructor of older make', () => {
  it.each(older)('that %s is judged by how it calls its parent', (_what, source, inherit, passesOn) => {
    const type = evaluate(source);
    inherit(type, Parent);
    expect([isClass(type), parentOf(type), passesArgumentsOn(type)]).toEqual([true, Parent, passesOn]);
    expect(dependenciesOf(type)).toEqual(passesOn ? [{ token: IName }] : []);
  });

  it.each<[string, string, boolean]>([
    ['passes its arguments on by what a compiler brings along', 'function Child() { return _callSuper(this, Child, arguments) }', true],
    ['passes its arguments on in a comment only', 'function Child() { /* Parent.apply(this, arguments) */ Parent.call(this, "fake") }', false],
  ])('that %s is judged by what it does', (_what, source, passesOn) => {
    const type = evaluate(source);
    setPrototypes(type, Parent);
    expect(passesArgumentsOn(type)).toBe(passesOn);
  });

  function OlderParent(this: { name: string }, name: string): void {
    this.name = name;
  }
  inject(IName)(OlderParent, undefined, 0);
  OlderParent.prototype.greet = function (this: { name: string }): string {
    return `I am ${this.name}`;
  };
  type Older = new () => { name: string; greet(): string };

  it('with methods is one, and receives what is declared of it', () => {
    const type = OlderParent as unknown as Older;
    expect([isClass(OlderParent), parentOf(OlderParent)]).toEqual([true, undefined]);
    const provider = provide(services => services.addSingleton(IName, 'given').addSingleton(type));
    expect(provider.getRequiredService(type).greet()).toBe('I am given');
  });

  it('that inherits by util.inherits has no parent to receive anything from, but is made with new', () => {
    function Child(this: { name: string }): void {
      OlderParent.call(this, 'fake');
    }
    inherits(Child, OlderParent);
    Child.prototype.own = () => undefined;
    expect([isClass(Child), parentOf(Child)]).toEqual([true, undefined]);
    const type = Child as unknown as Older;
    expect(
      provide(services => services.addSingleton(type))
        .getRequiredService(type)
        .greet(),
    ).toBe('I am fake');
  });

  it('that inherits by util.inherits is one, also without methods of its own', () => {
    function Child(this: { name: string }): void {
      OlderParent.call(this, 'fake');
    }
    inherits(Child, OlderParent);
    expect(isClass(Child)).toBe(true);
  });
});

describe('whether something is a class', () => {
  it.each<[string, unknown, boolean]>([
    ['a class', class {}, true],
    ['a class on one line', evaluate('class{}'), true],
    [
      'a class with a member named prototype',
      class {
        prototype = 1;
      },
      true,
    ],
    [
      'a class that tells another source text',
      class {
        static override(): void {}
        static toString(): string {
          return 'no class';
        }
      },
      true,
    ],
    ['a class of the language', Map, true],
    ['a class of Node', URL, true],
    ['an arrow function', () => undefined, false],
    ['a function', function () {}, false],
    ['a function named class', evaluate('function classic() {}'), false],
    ['a method named class', evaluate('{ class() {} }.class'), false],
    ['a method', { make() {} }.make, false],
    ['an asynchronous function', async () => undefined, false],
    ['an asynchronous function with a name', async function named() {}, false],
    [
      'a generator',
      function* () {
        yield 1;
      },
      false,
    ],
    [
      'an asynchronous generator',
      async function* () {
        yield 1;
      },
      false,
    ],
    ['a bound class', Parent.bind(undefined), false],
    ['an instance', new Parent('x'), false],
    ['a text', 'class {}', false],
    ['nothing', undefined, false],
  ])('is told of %s', (_what, value, expected) => {
    expect(isClass(value)).toBe(expected);
  });

  it('and what it extends, where it extends something', () => {
    class Child extends Parent {}
    expect([Parent, Child, class extends Child {}, Map].map(parentOf)).toEqual([undefined, Parent, Child, undefined]);
    expect(parentOf(evaluate('class extends null {}'))).toBeUndefined();
  });
});
