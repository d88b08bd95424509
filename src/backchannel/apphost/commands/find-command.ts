import type { AppHostResource } from '../resources/resource.js';
import { defaultCommandLimits } from './command-limits.js';
import { lifecycleCommandsOf } from './lifecycle-commands.js';
import type { ResourceCommandDefinition } from './resource-command-definition.js';

/** A command of a resource. */
export interface OfferedCommand {
  readonly definition: ResourceCommandDefinition;
  /** Whether it is hostward's own `start`, `stop` or `restart`. */
  readonly isLifecycle: boolean;
}

/** How messages call a resource, and what its life cycle may take. */
export interface OfferedCommandsOptions {
  /** Default: the display name. */
  readonly shownName?: string;
  /** Milliseconds. Default: that of `CommandLimits`. */
  readonly lifecycleTimeout?: number;
}

const legacyNames: ReadonlyMap<string, string> = new Map([
  ['resource-start', 'start'],
  ['resource-stop', 'stop'],
  ['resource-restart', 'restart'],
  ['parameter-set', 'set-parameter'],
  ['parameter-delete', 'delete-parameter'],
]);

/** The commands of a resource in the order in which they are shown: `start`, `stop` and `restart`, unless it has one of that name itself, then its own. */
export function commandsOf(resource: AppHostResource, options: OfferedCommandsOptions = {}): readonly OfferedCommand[] {
  const { shownName = resource.displayName, lifecycleTimeout = defaultCommandLimits.lifecycleTimeout } = options;
  const own = new Set(resource.commands.map(({ name }) => name));
  const builtIn = lifecycleCommandsOf(resource, shownName, lifecycleTimeout).filter(({ name }) => !own.has(name));
  return [...builtIn.map(definition => ({ definition, isLifecycle: true })), ...resource.commands.map(definition => ({ definition, isLifecycle: false }))];
}

/** The command of that name, in this case; else the one whose older name this is, in any case. */
export function findCommand(resource: AppHostResource, name: string, options?: OfferedCommandsOptions): OfferedCommand | undefined {
  const commands = commandsOf(resource, options);
  const named = (wanted: string | undefined) => commands.find(({ definition }) => definition.name === wanted);
  return named(name) ?? named(legacyNames.get(name.toLowerCase()));
}
