export type { BinderOptions } from './binder.js';
export { type ChainedConfigurationOptions, ChainedConfigurationProvider, ChainedConfigurationSource } from './chained-configuration.js';
export { CommandLineConfigurationProvider, CommandLineConfigurationSource, type SwitchMappings } from './command-line-configuration.js';
export { bind, getAs, getValue } from './configuration-binder.js';
export { ConfigurationBuilder } from './configuration-builder.js';
export { ConfigurationData, maximumKeyDepth } from './configuration-data.js';
export { type BindingFacts, ConfigurationBindingError, ConfigurationFormatError, JsonReaderError } from './configuration-errors.js';
export { compareConfigurationKeys } from './configuration-key-comparer.js';
export { ConfigurationManager } from './configuration-manager.js';
export { combineConfigurationPath, getParentPath, getSectionKey, keyDelimiter } from './configuration-path.js';
export { ConfigurationProvider } from './configuration-provider.js';
export { ConfigurationRoot } from './configuration-root.js';
export { ConfigurationSection } from './configuration-section.js';
export { ConfigurationBuilderMethods } from './configuration-sources.js';
export {
  type ArrayType,
  type ConfigurationType,
  type ConfigurationTypeOf,
  type ConfigurationTypes,
  configurationTypes,
  type MapType,
  type ObjectType,
  type PropertyType,
  type ScalarType,
} from './configuration-types.js';
export {
  IConfiguration,
  type IConfigurationBuilder,
  type IConfigurationProvider,
  type IConfigurationRoot,
  type IConfigurationSection,
  type IConfigurationSource,
} from './configuration.js';
export type { DebugViewContext, DebugViewOptions } from './debug-view.js';
export {
  type Environment,
  EnvironmentVariablesConfigurationProvider,
  EnvironmentVariablesConfigurationSource,
  type EnvironmentVariablesOptions,
} from './environment-variables-configuration.js';
export { parseJsonConfiguration } from './json-configuration-parser.js';
export { JsonTextConfigurationProvider, JsonTextConfigurationSource } from './json-text-configuration.js';
export { type InitialData, MemoryConfigurationProvider, MemoryConfigurationSource } from './memory-configuration.js';
export {
  DotEnvConfigurationProvider,
  DotEnvConfigurationSource,
  type DotEnvConfigurationSourceOptions,
  type DotEnvFileOptions,
} from './dot-env-configuration-source.js';
export { DotEnvFormatError, parseDotEnv } from './dot-env-parser.js';
export { FileConfigurationProvider } from './file-configuration-provider.js';
export { FileConfigurationSource, type FileConfigurationSourceOptions, type FileSourceOptions } from './file-configuration-source.js';
export type { FileLoadExceptionContext, FileWarning } from './file-defaults.js';
export { DirectoryNotFoundError, FileNotFoundError, InvalidDataError } from './file-errors.js';
export { JsonConfigurationProvider, JsonConfigurationSource } from './json-configuration-source.js';
export {
  KeyPerFileConfigurationProvider,
  KeyPerFileConfigurationSource,
  type KeyPerFileConfigurationSourceOptions,
  type KeyPerFileOptions,
} from './key-per-file-configuration-source.js';
export { ReloadingConfigurationProvider, type ReloadingParts } from './reloading-configuration-provider.js';
export { findUserSecretsId, getUserSecretsPath, type UserSecretsOptions } from './user-secrets.js';
export { parseTimeSpan } from './time-span-text.js';
