import type { CommandArgument, ResourceCommand } from '../../contract/index.js';
import type { AppHostResource } from '../resources/resource.js';
import type { ResourceFacts } from '../resources/resource-facts.js';
import { optionsOf } from './argument-problems.js';
import { type BoundArgument, defaultTextOf } from './bind-arguments.js';
import { commandsOf } from './find-command.js';
import type { ArgumentDefinition } from './argument-definition.js';
import type { ResourceCommandDefinition } from './resource-command-definition.js';

const inputTypes: Readonly<Record<ArgumentDefinition['type'], string>> = {
  text: 'Text',
  secret: 'SecretText',
  choice: 'Choice',
  boolean: 'Boolean',
  number: 'Number',
};

/** The names of the states on the wire. */
const stateNames = { enabled: 'Enabled', disabled: 'Disabled', hidden: 'Hidden' } as const;

/**
 * What a resource offers at present, as clients get it.
 *
 * Differs from .NET: the default of a secret is not told. An argument that has one is shown as one that is not required, as nobody has to give it.
 */
export function describeCommands(resource: AppHostResource): readonly ResourceCommand[] {
  const { facts } = resource;
  return commandsOf(resource).map(({ definition }) => ({
    name: definition.name,
    displayName: definition.displayName ?? definition.name,
    description: definition.description ?? null,
    argumentInputs: Object.entries(definition.arguments ?? {}).map(([name, argument]) => describeArgument(name, argument, publicDefaultOf(argument))),
    visibility: definition.visibility ?? 'UI, Api',
    state: stateNames[commandStateOf(definition, facts)],
  }));
}

/** The state of a command. One whose own function for it throws, or returns nothing that is a state, is disabled. */
export function commandStateOf({ state }: ResourceCommandDefinition, facts: ResourceFacts): keyof typeof stateNames {
  if (!state) return 'enabled';
  try {
    const found = state(facts);
    return Object.hasOwn(stateNames, found) ? found : 'disabled';
  } catch {
    return 'disabled';
  }
}

/** Arguments as they are after loading, with what was submitted. */
export function describeBoundArguments(bound: readonly BoundArgument[]): readonly CommandArgument[] {
  return bound.map(({ name, definition, submitted }) => describeArgument(name, definition, submitted ?? publicDefaultOf(definition)));
}

function describeArgument(name: string, definition: ArgumentDefinition, value: string | undefined): CommandArgument {
  const { required = false, load, dependsOn } = definition;
  const hasSecretDefault = definition.type === 'secret' && definition.default !== undefined;
  return {
    name,
    label: definition.label ?? null,
    description: definition.description ?? null,
    enableDescriptionMarkdown: definition.enableDescriptionMarkdown ?? false,
    inputType: inputTypes[definition.type],
    required: required && !hasSecretDefault,
    placeholder: definition.placeholder ?? null,
    value: value ?? null,
    options: optionsOf(definition) ?? null,
    allowCustomChoice: definition.allowCustomChoice ?? false,
    disabled: definition.disabled ?? false,
    maxLength: definition.maxLength ?? null,
    ...(load && { dynamicLoading: { dependsOnInputs: dependsOn && dependsOn.length > 0 ? dependsOn : null } }),
  };
}

function publicDefaultOf(definition: ArgumentDefinition): string | undefined {
  return definition.type === 'secret' ? undefined : defaultTextOf(definition);
}
