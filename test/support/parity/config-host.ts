import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  ConfigurationManager,
  Host,
  type HostApplicationBuilderSettings,
  HostBuilder,
  IConfiguration,
  type IConfigurationRoot,
  IHostEnvironment,
  isDevelopment,
} from 'hostward';
import { comparableOutcome } from './config-conversions.js';
import { type RecordedError, recordedError } from './config-errors.js';
import type { SectionReplay } from './config-parity.js';
import { differencesOf } from './differences.js';

interface HostInput {
  readonly builder?: 'empty' | 'default' | 'bare';
  readonly settings?: HostApplicationBuilderSettings;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
}

/** What a builder makes of its surroundings: the environment, the order of the sources, and who wins. */
export const replayHostDefaults: SectionReplay = async vector => {
  const input = vector.in as HostInput;
  if (isAssemblyNameError(vector.out)) return { differences: [], skipped: 'the name of a program is not that of an assembly, and any text may be one' };
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'hostward-parity-')));
  try {
    for (const [name, text] of Object.entries(input.files ?? {})) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    const { actual, dispose } = inSurroundings(directory, placed(input.env ?? {}, directory), () => observe(placed(input, directory)));
    await dispose();
    return { differences: differencesOf(comparable(vector.out, directory), comparable(actual, directory)) };
  } finally {
    rmSync(directory, { recursive: true });
  }
};

function isAssemblyNameError(out: unknown): boolean {
  return (out as { readonly error?: RecordedError }).error?.type === 'FileLoadException';
}

/** Runs `work`, which must not be asynchronous, with another working directory and another environment. */
function inSurroundings<T>(directory: string, env: Readonly<Record<string, string>>, work: () => T): T {
  const saved = { directory: process.cwd(), env: process.env };
  process.chdir(directory);
  process.env = { ...env };
  try {
    return work();
  } finally {
    process.env = saved.env;
    process.chdir(saved.directory);
  }
}

function observe(input: HostInput): { actual: unknown; dispose: () => PromiseLike<void> } {
  try {
    return observeBuilt(build(input), input);
  } catch (error) {
    return { actual: { error: recordedError(error) }, dispose: () => Promise.resolve() };
  }
}

function observeBuilt({ environment, configuration, dispose }: Built, input: HostInput): { actual: unknown; dispose: () => PromiseLike<void> } {
  const { environmentName, applicationName, contentRootPath } = environment;
  const providers = configuration.providers.map(String);
  const keys = Object.fromEntries(input.keys.map(key => [key, configuration.get(key) ?? null]));
  const actual = { environmentName, applicationName, contentRootPath, isDevelopment: isDevelopment(environment), sources: providers.length, keys, providers };
  return { actual, dispose };
}

interface Built {
  readonly environment: IHostEnvironment;
  readonly configuration: IConfigurationRoot;
  readonly dispose: () => PromiseLike<void>;
}

function build(input: HostInput): Built {
  if (input.builder === 'default' || input.builder === 'bare') {
    const host = (input.builder === 'default' ? Host.createDefaultBuilder(input.args) : new HostBuilder()).build();
    const configuration = host.services.getRequiredService(IConfiguration) as IConfigurationRoot;
    return { environment: host.services.getRequiredService(IHostEnvironment), configuration, dispose: () => host[Symbol.asyncDispose]() };
  }
  const configured = input.configuration && new ConfigurationManager().addInMemoryCollection(input.configuration);
  const settings = { ...input.settings, ...(input.args && { args: input.args }), ...(configured && { configuration: configured }) };
  const builder = input.builder === 'empty' ? Host.createEmptyApplicationBuilder(settings) : Host.createApplicationBuilder(settings);
  const host = builder.build();
  return { environment: builder.environment, configuration: builder.configuration, dispose: () => host[Symbol.asyncDispose]() };
}

/** Texts of a recording name the working directory by a word. */
function placed<T>(value: T, directory: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll('<cwd>', directory)) as T;
}

/** Without what a port may do otherwise: its own name and place, a slash at the end of a path, the words for a provider. */
function comparable(value: unknown, directory: string): unknown {
  const { applicationName, contentRootPath } = Host.createEmptyApplicationBuilder().environment;
  const text = JSON.stringify(value).replaceAll('<cwd>', directory).replaceAll('<entry>', applicationName).replaceAll('<base>', contentRootPath);
  const facts = comparableOutcome(JSON.parse(text)) as { contentRootPath: string; providers: readonly string[] };
  if ('error' in facts) return facts;
  return { ...facts, contentRootPath: facts.contentRootPath.replace(/(?<=.)\/$/, ''), providers: facts.providers.map(kindOf) };
}

function kindOf(provider: string): string {
  const kind = /^\w+?(?=ConfigurationProvider)/.exec(provider)?.[0] ?? provider;
  return [kind, ...(/'[^']*'/.exec(provider) ?? [])].join(' ');
}
