import {
  ConfigurationBuilder,
  type ConfigurationBuilderMethods,
  ConfigurationManager,
  type IConfigurationRoot,
  type IConfigurationSection,
  onChange,
} from 'hostward';
import { comparableErrors, recordedError } from './config-errors.js';
import type { SectionReplay } from './config-parity.js';
import { differencesOf } from './differences.js';

type Source = { memory: Record<string, string | null> } | { json: string } | { commandLine: string[] } | { chained: Source[] };

type Operation = readonly [name: string, ...args: never[]];

interface LayeringInput {
  readonly sources: readonly Source[];
  readonly manager?: boolean;
  readonly ops: readonly Operation[];
}

/** Replays a sequence of questions and changes on a configuration of several sources. */
export const replayLayering: SectionReplay = async vector => {
  const { sources, manager, ops } = vector.in as LayeringInput;
  const builder = manager ? new ConfigurationManager() : new ConfigurationBuilder();
  for (const source of sources) addSource(builder, source);
  await using configuration = builder.build();
  let changes = 0;
  using _listening = onChange(
    () => configuration.getReloadToken(),
    () => changes++,
  );
  const found = ops.map(operation => ({ ...outcome(configuration, builder, operation), changes }));
  return { differences: differencesOf(comparable(vector.out), comparable(found)) };
};

function outcome(configuration: IConfigurationRoot, builder: ConfigurationBuilderMethods, [name, ...args]: Operation): object {
  try {
    return { r: operations[name]!({ configuration, builder }, ...args) ?? null };
  } catch (error) {
    return { error: recordedError(error) };
  }
}

interface Stage {
  readonly configuration: IConfigurationRoot;
  readonly builder: ConfigurationBuilderMethods;
}

const operations: Readonly<Record<string, (stage: Stage, ...args: never[]) => unknown>> = {
  get: ({ configuration }, key: string) => configuration.get(key),
  set: ({ configuration }, key: string, value: string | null) => configuration.set(key, value),
  section: ({ configuration }, path: string) => {
    const { key, path: found, value, exists } = configuration.getSection(path);
    return { key, path: found, value: value ?? null, exists };
  },
  setSection: ({ configuration }, path: string, key: string, value: string | null) => configuration.getSection(path).set(key, value),
  children: ({ configuration }, path?: string) =>
    part(configuration, path)
      .getChildren()
      .map(child => [child.key, child.path, child.value ?? null]),
  required: ({ configuration }, path: string) => configuration.getRequiredSection(path).path,
  connectionString: ({ configuration }, name: string) => configuration.getConnectionString(name),
  enumerate: ({ configuration }, path: string | null, makePathsRelative: boolean) =>
    Array.from(part(configuration, path).asEnumerable(makePathsRelative), ([key, value]) => [key, value ?? null]),
  debugView: ({ configuration }) => configuration.getDebugView({ isSecret: () => false }),
  reload: ({ configuration }) => configuration.reload(),
  providers: ({ configuration }) => configuration.providers.length,
  add: ({ builder }, source: Source) => void addSource(builder, source),
  insert: ({ builder }, index: number, source: Source) => void builder.insert(index, addSource(new ConfigurationBuilder(), source).sources[0]!),
  removeAt: ({ builder }, index: number) => void builder.removeAt(index),
  clear: ({ builder }) => void builder.clear(),
};

function part(configuration: IConfigurationRoot, path: string | null | undefined): IConfigurationRoot | IConfigurationSection {
  return path === null || path === undefined ? configuration : configuration.getSection(path);
}

function addSource<B extends ConfigurationBuilderMethods>(builder: B, source: Source): B {
  if ('memory' in source) return builder.addInMemoryCollection(source.memory);
  if ('json' in source) return builder.addJsonText(source.json);
  if ('commandLine' in source) return builder.addCommandLine(source.commandLine);
  const chained = source.chained.reduce((inner, next) => addSource(inner, next), new ConfigurationBuilder()).build();
  return builder.addConfiguration(chained);
}

/** In a debug view the names of providers are the port's own. */
function comparable(value: unknown): unknown {
  return comparableErrors(
    JSON.parse(JSON.stringify(value), (_name, member: unknown) => (typeof member === 'string' ? member.replace(/ \([\w.]+\)$/gm, '') : member)),
  );
}
