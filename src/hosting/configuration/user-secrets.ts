import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { applicationBaseDirectory } from '../files/main-script.js';
import { ArgumentError, errorCodeOf, InvalidOperationError } from '../primitives/index.js';
import type { IConfigurationBuilder } from './configuration.js';
import { createFileProvider } from './file-defaults.js';
import type { FileSourceOptions } from './file-configuration-source.js';
import { InvalidDataError } from './file-errors.js';
import { JsonConfigurationSource } from './json-configuration-source.js';

/** Options of the user secrets. */
export interface UserSecretsOptions extends Omit<FileSourceOptions, 'fileProvider'> {
  /** Whether there need be no secrets, nor an id of them. Default: true. */
  readonly optional?: boolean | undefined;
  /** The directory from which upwards the nearest package.json is looked for that says the id. Default: that of the main script. */
  readonly from?: string | undefined;
}

const fileName = 'secrets.json';

/**
 * Adds the secrets of the user to `builder`: a JSON file outside of the project, the same that `dotnet user-secrets` keeps.
 *
 * @param id without one it is the `userSecretsId` of the nearest package.json; where that has none either, and the secrets are optional, nothing is added
 * @throws InvalidOperationError when there is no id and the secrets are not optional, when the id is not one, or when there is no home directory
 * @see Microsoft.Extensions.Configuration.UserSecretsConfigurationExtensions.AddUserSecrets
 */
export function addUserSecrets<B extends IConfigurationBuilder>(builder: B, id: string | undefined, { from, ...options }: UserSecretsOptions = {}): B {
  const { optional = true } = options;
  const found = id ?? findUserSecretsId(from ?? applicationBaseDirectory());
  if (found === undefined && optional) return builder;
  if (found === undefined) {
    throw new InvalidOperationError(
      `Could not find 'userSecretsId' in the package.json nearest to '${from ?? applicationBaseDirectory()}'. Add "userSecretsId": "<an id of your choice>" there, or pass the id.`,
    );
  }
  const directory = dirname(getUserSecretsPath(found));
  return builder.add(new JsonConfigurationSource({ ...options, optional, path: fileName, fileProvider: createFileProvider(builder, directory) }));
}

/**
 * Where the secrets of an id lie: `~/.microsoft/usersecrets/<id>/secrets.json`, on Windows `%APPDATA%\Microsoft\UserSecrets\<id>\secrets.json`.
 *
 * Differs from .NET: `.`, `..` and a backslash are no ids on any system, for they lead elsewhere.
 *
 * @throws ArgumentError (`userSecretsId`) when it is empty
 * @throws InvalidOperationError when it has a character that no file name can have, or when the environment names no place for secrets
 * @see Microsoft.Extensions.Configuration.UserSecrets.PathHelper
 */
export function getUserSecretsPath(id: string, environment: NodeJS.ProcessEnv = process.env): string {
  throwUnlessUserSecretsId(id);
  const { APPDATA: appData, HOME: home, USERPROFILE: profile, DOTNET_USER_SECRETS_FALLBACK_DIR: fallback } = environment;
  const root = [appData, home, profile, fallback].find(directory => directory !== undefined && directory !== '');
  if (root === undefined) {
    throw new InvalidOperationError(
      'Could not determine an appropriate location for storing user secrets. Set the DOTNET_USER_SECRETS_FALLBACK_DIR environment variable to a folder where user secrets should be stored.',
    );
  }
  return root === appData ? join(root, 'Microsoft', 'UserSecrets', id, fileName) : join(root, '.microsoft', 'usersecrets', id, fileName);
}

/**
 * The `userSecretsId` of the nearest package.json, from `directory` upwards; undefined when there is none, or when it has none. A package.json that has neither it nor
 * a name, as among built files, is passed over.
 *
 * @throws InvalidDataError when that package.json is no JSON object, or the id in it no text
 */
export function findUserSecretsId(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const path = join(at, 'package.json');
    const text = readIfExists(path);
    const { id, isNamed } = text === undefined ? {} : packageFacts(path, text);
    if (id !== undefined || isNamed) return id;
    if (dirname(at) === at) return undefined;
  }
}

function packageFacts(path: string, text: string): { readonly id?: string | undefined; readonly isNamed?: boolean } {
  const content = ownMembers(path, text);
  const id = content.get('userSecretsId');
  if (id === undefined || typeof id === 'string') return { id, isNamed: content.has('name') };
  throw new InvalidDataError(path, `The 'userSecretsId' in '${path}' was expected to be a text, but is ${id === null ? 'null' : `of type ${typeof id}`}.`);
}

function ownMembers(path: string, text: string): ReadonlyMap<string, unknown> {
  try {
    const content: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return new Map(typeof content === 'object' && content !== null ? Object.entries(content) : []);
  } catch (cause) {
    throw new InvalidDataError(path, `'${path}' was looked at for a 'userSecretsId', but is no JSON.`, { cause });
  }
}

function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw new InvalidDataError(path, `'${path}' was looked at for a 'userSecretsId', but cannot be read.`, { cause: error });
  }
}

function throwUnlessUserSecretsId(id: string): void {
  if (typeof id !== 'string' || id === '') throw new ArgumentError('userSecretsId', 'Value cannot be null or an empty string.');
  const index = [...id].findIndex(character => character < ' ' || '<>:"/\\|?*'.includes(character));
  if (index >= 0) throw new InvalidOperationError(`Invalid character '${[...id][index]}' found in the user secrets ID at index '${index}'.`);
  if (id === '.' || id === '..') throw new InvalidOperationError(`Invalid user secrets ID '${id}': it leads to another directory.`);
}
