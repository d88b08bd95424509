import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CommandLineConfigurationSource,
  ConfigurationBuilder,
  EnvironmentVariablesConfigurationSource,
  type IConfigurationProvider,
  type IConfigurationSource,
  JsonTextConfigurationSource,
} from 'hostward';
import { comparableErrors, recordedError } from './config-errors.js';
import type { SectionReplay } from './config-parity.js';
import { differencesOf } from './differences.js';

/** Replays what the command line makes of its arguments. */
export const replayCommandLine: SectionReplay = vector => {
  const { args, mappings } = vector.in as { args: string[]; mappings?: Record<string, string> };
  return compare(vector.out, () => new CommandLineConfigurationSource(args, mappings));
};

/** Replays what becomes of environment variables. */
export const replayEnvironment: SectionReplay = vector => {
  const { env, prefix } = vector.in as { env: [string, string][]; prefix?: string };
  const environment = Object.fromEntries(env);
  return compare(vector.out, () => new EnvironmentVariablesConfigurationSource({ environment, ...(prefix !== undefined && { prefix }) }));
};

/** Replays what becomes of a JSON document, from a text or from a file. */
export const replayJson: SectionReplay = vector => {
  const { text, file, optional } = vector.in as { text?: string; file?: string; optional?: boolean };
  if (file === undefined) return compare(vector.out, () => new JsonTextConfigurationSource(text!));
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'hostward-parity-')));
  try {
    const path = join(directory, file);
    if (text !== undefined) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const found = result(() => new ConfigurationBuilder().setBasePath(directory).addJsonFile(file, { optional: optional === true }));
    return { differences: differencesOf(comparableErrors(vector.out), comparableErrors(replaced(found, directory))) };
  } finally {
    rmSync(directory, { recursive: true });
  }
};

function compare(expected: unknown, source: () => IConfigurationSource) {
  const found = result(() => new ConfigurationBuilder().add(source()));
  return { differences: differencesOf(comparableErrors(expected), comparableErrors(found)) };
}

function result(builder: () => ConfigurationBuilder): unknown {
  try {
    using configuration = builder().build();
    return { data: dataOf(configuration.providers[0]!) };
  } catch (error) {
    return { error: recordedError(error) };
  }
}

function dataOf(provider: IConfigurationProvider): unknown {
  return Object.fromEntries((provider as unknown as { readonly data: Iterable<[string, string | null]> }).data);
}

function replaced(value: unknown, directory: string): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(directory, '<dir>'));
}
