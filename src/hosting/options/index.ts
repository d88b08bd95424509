export type { ConfigureFunction } from './configure-options.js';
export {
  defaultOptionsName,
  type IAsyncValidateOptions,
  type IConfigureOptions,
  type IOptions,
  type IOptionsChangeTokenSource,
  type IOptionsFactory,
  type IOptionsMonitor,
  type IOptionsMonitorCache,
  type IOptionsSnapshot,
  type IPostConfigureOptions,
  type IValidateOptions,
} from './options.js';
export { OptionsBuilder } from './options-builder.js';
export type {
  AddOptions,
  AddOptionsWithValidateOnStart,
  AnyOptionsDeclaration,
  ConfigureAllOptions,
  ConfigureOptions,
  OptionsDeclaration,
  OptionsInputOf,
  OptionsOf,
  PostConfigureAllOptions,
  PostConfigureOptions,
} from './options-declaration.js';
export { optionsOf } from './options-of.js';
export { addStartupValidator } from './options-services.js';
export type { DefaultsSettings, OptionsSettings } from './options-settings.js';
export { type OptionsFailure, OptionsValidationError } from './options-validation-error.js';
export type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';
export { IAsyncStartupValidator, IStartupValidator, runStartupValidation, StartupValidator } from './startup-validator.js';
export { ValidateOptionsResult } from './validate-options-result.js';
