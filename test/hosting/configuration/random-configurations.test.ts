import fc from 'fast-check';
import { ConfigurationBuilder, ConfigurationData, ConfigurationManager, HostwardError, type IConfiguration, parseJsonConfiguration } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** Does something that may fail with these errors, and with no other. */
function orFailsWith<R>(codes: readonly string[], work: () => R): R | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof HostwardError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

const jsonErrors = ['ERR_JSON', 'ERR_CONFIGURATION_FORMAT', 'ERR_INVALID_OPERATION'];
const names = fc.oneof(fc.constantFrom('a', 'B', 'b', '0', '10', 'ä', 'Ä', '__proto__', 'constructor', ''), fc.string({ maxLength: 4 }));
const texts = fc.oneof(fc.constantFrom('', 'x', '1'), fc.string({ maxLength: 6, unit: 'binary' }));

describe('a random JSON text', () => {
  const documents = fc.json({ stringUnit: 'binary', maxDepth: 6 });
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '//',
    '/*',
    '*/',
    '\n',
    '\r',
    '\\',
    '\\u',
    '\\ud800',
    '-',
    '.',
    'e',
    'tru',
    'null',
    '\u2028',
    '\0',
  );

  it('is read, or refused with one of the errors that are written down', () => {
    const broken = fc
      .tuple(documents, fc.array(fc.tuple(fc.nat(), pieces), { maxLength: 4 }))
      .map(([text, changes]) => changes.reduce((changed, [at, piece]) => insert(changed, at % (changed.length + 1), piece), text));
    fc.assert(
      fc.property(fc.oneof(broken, fc.string({ unit: 'binary' })), text => void orFailsWith(jsonErrors, () => parseJsonConfiguration(text))),
      {
        numRuns: 2_000,
      },
    );
  });

  it('that JSON.parse reads is read alike', () => {
    const objects = fc.dictionary(names, fc.jsonValue({ maxDepth: 4 }), { maxKeys: 4 });
    fc.assert(
      fc.property(objects, object => {
        const data = orFailsWith(['ERR_CONFIGURATION_FORMAT'], () => parseJsonConfiguration(JSON.stringify(object)));
        if (data) expect([...data].sort(byKey)).toEqual([...new ConfigurationData(flattened(object, ''))].sort(byKey));
      }),
      { numRuns: 500 },
    );
  });
});

describe('random arguments', () => {
  it('are taken, or refused as what they are', () => {
    const dashes = fc.constantFrom('', '-', '--', '/', '---', '=', '--=', '/=');
    const args = fc.array(fc.tuple(dashes, texts, fc.constantFrom('', '=', '=x', ':y=1')).map(parts => parts.join('')));
    const mappings = fc.dictionary(
      fc.tuple(fc.constantFrom('-', '--'), names).map(parts => parts.join('')),
      names,
      { maxKeys: 3 },
    );
    fc.assert(
      fc.property(args, mappings, (given, switches) => {
        const known = Object.keys(switches).length === new Set(Object.keys(switches).map(name => name.toUpperCase())).size ? switches : {};
        const configuration = orFailsWith(['ERR_CONFIGURATION_FORMAT'], () => new ConfigurationBuilder().addCommandLine(given, known).build());
        if (configuration) walk(configuration);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a random environment', () => {
  it('is always taken', () => {
    const kinds = fc.constantFrom('', 'A__', 'SQLCONNSTR_', 'mysqlconnstr_', 'CUSTOMCONNSTR_', '__');
    const variables = fc
      .array(
        fc.tuple(
          fc.tuple(kinds, names).map(parts => parts.join('')),
          texts,
        ),
      )
      .map(entries => Object.fromEntries(entries));
    fc.assert(
      fc.property(variables, fc.option(fc.constantFrom('', 'A_', 'A__', 'a', 'ConnectionStrings:'), { nil: undefined }), (environment, prefix) => {
        walk(new ConfigurationBuilder().addEnvironmentVariables(prefix, { environment }).build());
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a random life of a configuration manager', () => {
  const keys = fc.array(fc.constantFrom('a', 'A', 'b', '1', '10', '__proto__', 'constructor'), { minLength: 1, maxLength: 3 }).map(parts => parts.join(':'));
  const values = fc.option(fc.constantFrom('', 'x', 'y', 'z'), { nil: null });
  const sources = fc.uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key.toUpperCase(), maxLength: 4 });
  const steps = fc.oneof(
    fc.record({ what: fc.constant('set' as const), key: keys, value: values }),
    fc.record({ what: fc.constant('add' as const), source: sources }),
    fc.record({ what: fc.constant('insert' as const), at: fc.nat(), source: sources }),
    fc.record({ what: fc.constant('removeAt' as const), at: fc.nat() }),
    fc.record({ what: fc.constantFrom('reload' as const, 'clear' as const) }),
  );

  it('has at each step the values, the keys and the children of a plain list of maps', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 12 }), fc.array(keys, { minLength: 1, maxLength: 4 }), (life, asked) => {
        const manager = new ConfigurationManager();
        const model = new Model();
        for (const step of life) {
          live(manager, model, step);
          for (const key of asked) {
            expect(manager.get(key)).toBe(model.get(key));
            expect(childKeys(manager.getSection(key))).toEqual(model.children(key));
          }
          expect(childKeys(manager)).toEqual(model.children(''));
          const found = Array.from(manager.asEnumerable(), ([key]) => key.toUpperCase());
          expect(new Set(found).size).toBe(found.length);
          expect(found.sort()).toEqual(model.paths());
        }
      }),
      { numRuns: 100 },
    );
  });

  type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

  function live(manager: ConfigurationManager, model: Model, step: Step): void {
    const count = manager.sources.length;
    switch (step.what) {
      case 'set':
        if (count === 0) return;
        manager.set(step.key, step.value);
        return model.set(step.key, step.value);
      case 'add':
        manager.addInMemoryCollection(step.source);
        return model.insert(count, step.source, false);
      case 'insert':
        manager.insert(step.at % (count + 1), new ConfigurationBuilder().addInMemoryCollection(step.source).sources[0]!);
        return model.insert(step.at % (count + 1), step.source, true);
      case 'removeAt':
        if (count === 0) return;
        manager.removeAt(step.at % count);
        return model.removeAt(step.at % count);
      case 'reload':
        return manager.reload();
      case 'clear':
        manager.clear();
        return model.clear();
    }
  }
});

type Data = readonly (readonly [key: string, value: string | null])[];

/** What a configuration manager with sources in memory is, as simply as it can be said. */
class Model {
  #sources: { readonly initial: Data; data: Map<string, string | null> }[] = [fresh([])];

  get(key: string): string | undefined {
    return this.#sources.findLast(({ data }) => data.has(key.toUpperCase()))?.data.get(key.toUpperCase()) ?? undefined;
  }

  set(key: string, value: string | null): void {
    for (const { data } of this.#sources) data.set(key.toUpperCase(), value);
  }

  insert(index: number, source: Data, rebuilds: boolean): void {
    if (rebuilds) this.#rebuild();
    this.#sources.splice(index, 0, fresh(source));
  }

  removeAt(index: number): void {
    this.#rebuild();
    this.#sources.splice(index, 1);
  }

  clear(): void {
    this.#sources = [];
  }

  /** The upper-case names directly below a key, sorted. */
  children(key: string): string[] {
    const prefix = key === '' ? '' : `${key.toUpperCase()}:`;
    const below = this.paths().filter(path => path.startsWith(prefix) && path !== prefix.slice(0, -1));
    return [...new Set(below.map(path => path.slice(prefix.length).split(':')[0]!))].sort();
  }

  /** Every key, and every section that one lies in. */
  paths(): string[] {
    const keys = this.#sources.flatMap(({ data }) => [...data.keys()]);
    const paths = keys.flatMap(key => key.split(':').map((_, index, parts) => parts.slice(0, index + 1).join(':')));
    return [...new Set(paths)].sort();
  }

  #rebuild(): void {
    this.#sources = this.#sources.map(({ initial }) => fresh(initial));
  }
}

function fresh(initial: Data): { initial: Data; data: Map<string, string | null> } {
  return { initial, data: new Map(initial.map(([key, value]) => [key.toUpperCase(), value])) };
}

function childKeys(configuration: IConfiguration): string[] {
  return configuration
    .getChildren()
    .map(({ key }) => key.toUpperCase())
    .sort();
}

/** Asks for everything that can be asked for. */
function walk(configuration: IConfiguration): void {
  for (const [key, value] of configuration.asEnumerable()) expect(configuration.get(key)).toBe(value);
}

function* flattened(value: unknown, path: string): Iterable<[string, string | null]> {
  const below = (name: string) => (path === '' ? name : `${path}:${name}`);
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (path === '' && isEmpty) return;
  if (value === null || (isEmpty && !Array.isArray(value))) yield [path, null];
  else if (isEmpty) yield [path, ''];
  else if (typeof value === 'object')
    for (const [name, member] of Object.entries(value)) yield* path === '' ? root(name, member) : flattened(member, below(name));
  else yield [path, typeof value === 'boolean' ? (value ? 'True' : 'False') : typeof value === 'number' ? JSON.stringify(value) : (value as string)];
}

function* root(name: string, member: unknown): Iterable<[string, string | null]> {
  // An empty name is a part of a path too.
  for (const [key, value] of flattened(member, `/${name}`)) yield [key.slice(1), value];
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

function insert(text: string, at: number, piece: string): string {
  return text.slice(0, at) + piece + text.slice(at);
}
