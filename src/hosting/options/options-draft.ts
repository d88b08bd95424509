import type { IConfiguration } from '../configuration/index.js';
import type { Steps } from './steps.js';

/**
 * Options in the making: filled in by configurations and functions in order, then finished.
 *
 * Its steps wait only where a schema is asynchronous.
 */
export interface OptionsDraft<T, Input> {
  /** Takes over what stands in the configuration. */
  bind(configuration: IConfiguration): Steps<void>;
  /** Lets a function change what was configured so far. */
  change(action: (input: Input) => unknown): Steps<void>;
  /** @throws OptionsValidationError when what was configured is not valid */
  finish(optionsName: string, optionsType: string): Steps<T>;
}
