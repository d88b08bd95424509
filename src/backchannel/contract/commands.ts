import { MemberReader } from './member-reader.js';
import { type CommandArgument, readCommandArgument } from './resource-command.js';

/** The request of `ExecuteResourceCommandAsync`. */
export interface ExecuteResourceCommandRequest {
  readonly resourceName: string;
  readonly commandName: string;
  /** Values by argument name or in declared order: texts, numbers, booleans or null. */
  readonly arguments?: unknown;
  /** Whether to stop after checking the arguments. Default: false. */
  readonly validateOnly?: boolean;
  /** Whether nobody can be asked. Default: true. */
  readonly nonInteractive?: boolean;
  /** Together with `validateOnly`: whether to answer with the declared arguments. Default: false. */
  readonly returnArgumentInputs?: boolean;
}

/** The answer to `ExecuteResourceCommandAsync`. */
export interface ExecuteResourceCommandResponse {
  readonly success: boolean;
  readonly canceled: boolean;
  /** The older name of `message`. */
  readonly errorMessage: string | null;
  /** Also a success may have one. */
  readonly message: string | null;
  readonly value: CommandValue | null;
  readonly validationErrors: readonly ValidationError[];
  readonly argumentInputs?: readonly CommandArgument[];
}

/** What a command produced. */
export interface CommandValue {
  readonly value: string;
  /** `text`, `json` or `markdown`. */
  readonly format: string;
  readonly displayImmediately: boolean;
}

/** Why an argument was refused. */
export interface ValidationError {
  readonly argumentName: string;
  readonly errorMessage: string;
}

/** Reads the request of `ExecuteResourceCommandAsync` with its defaults, `arguments` as it came and null when there is none. @throws ContractError */
export function readExecuteResourceCommandRequest(value: unknown): Required<ExecuteResourceCommandRequest> {
  const request = new MemberReader(value, 'ExecuteResourceCommandRequest');
  return {
    resourceName: request.string('resourceName'),
    commandName: request.string('commandName'),
    arguments: request.json('arguments'),
    validateOnly: request.boolean('validateOnly', false),
    nonInteractive: request.boolean('nonInteractive', true),
    returnArgumentInputs: request.boolean('returnArgumentInputs', false),
  };
}

/** Reads an answer to `ExecuteResourceCommandAsync`; an older AppHost's `errorMessage` becomes the `message` too. @throws ContractError */
export function readExecuteResourceCommandResponse(value: unknown): ExecuteResourceCommandResponse {
  const response = new MemberReader(value, 'ExecuteResourceCommandResponse');
  const argumentInputs = response.listOrNull('argumentInputs', readCommandArgument);
  const errorMessage = response.stringOrNull('errorMessage');
  return {
    success: response.boolean('success'),
    canceled: response.boolean('canceled', false),
    errorMessage,
    message: response.stringOrNull('message') ?? errorMessage,
    value: response.objectOrNull('value', readCommandValue),
    validationErrors: response.list('validationErrors', readValidationError),
    ...(argumentInputs && { argumentInputs }),
  };
}

function readCommandValue(value: MemberReader): CommandValue {
  return {
    value: value.string('value'),
    format: value.stringOrNull('format') ?? 'text',
    displayImmediately: value.boolean('displayImmediately', false),
  };
}

function readValidationError(value: unknown, path: string): ValidationError {
  const error = new MemberReader(value, path);
  return { argumentName: error.string('argumentName'), errorMessage: error.string('errorMessage') };
}
