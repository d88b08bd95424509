import { MemberReader, readText, readTextOrNull } from './member-reader.js';

/** A command that a resource offers. */
export interface ResourceCommand {
  readonly name: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly argumentInputs: readonly CommandArgument[];
  /** Where it is offered: a list of `UI` and `Api` separated by commas. A CLI does not show a command without it. */
  readonly visibility: string;
  /** `Enabled`, `Disabled` or `Hidden`; free text. */
  readonly state: string;
}

/** An argument that a command declares. */
export interface CommandArgument {
  readonly name: string;
  readonly label: string | null;
  readonly description: string | null;
  readonly enableDescriptionMarkdown: boolean;
  /** `Text`, `SecretText`, `Choice`, `Boolean`, `Number`, `File`…; free text. */
  readonly inputType: string;
  readonly required: boolean;
  readonly placeholder: string | null;
  /** The default, or the submitted value in an answer to a validation. */
  readonly value: string | null;
  /** The values to choose from, each with its label. */
  readonly options: Readonly<Record<string, string | null>> | null;
  readonly allowCustomChoice: boolean;
  readonly disabled: boolean;
  readonly maxLength: number | null;
  readonly dynamicLoading?: DynamicLoading;
}

/** When the choices of an argument are computed by the AppHost. */
export interface DynamicLoading {
  readonly alwaysLoadOnStart?: boolean;
  readonly dependsOnInputs: readonly string[] | null;
}

/** @internal */
export function readResourceCommand(value: unknown, path: string): ResourceCommand {
  const command = new MemberReader(value, path);
  return {
    name: command.string('name'),
    displayName: command.stringOrNull('displayName'),
    description: command.stringOrNull('description'),
    argumentInputs: command.list('argumentInputs', readCommandArgument),
    visibility: command.stringOrNull('visibility') ?? 'UI, Api',
    state: command.string('state'),
  };
}

/** @internal */
export function readCommandArgument(value: unknown, path: string): CommandArgument {
  const argument = new MemberReader(value, path);
  const dynamicLoading = argument.objectOrNull('dynamicLoading', readDynamicLoading);
  return {
    name: argument.string('name'),
    label: argument.stringOrNull('label'),
    description: argument.stringOrNull('description'),
    enableDescriptionMarkdown: argument.boolean('enableDescriptionMarkdown', false),
    inputType: argument.string('inputType'),
    required: argument.boolean('required', false),
    placeholder: argument.stringOrNull('placeholder'),
    value: argument.stringOrNull('value'),
    options: argument.dictionaryOrNull('options', readTextOrNull),
    allowCustomChoice: argument.boolean('allowCustomChoice', false),
    disabled: argument.boolean('disabled', false),
    maxLength: argument.integerOrNull('maxLength'),
    ...(dynamicLoading && { dynamicLoading }),
  };
}

function readDynamicLoading(loading: MemberReader): DynamicLoading {
  return { alwaysLoadOnStart: loading.boolean('alwaysLoadOnStart', false), dependsOnInputs: loading.listOrNull('dependsOnInputs', readText) };
}
