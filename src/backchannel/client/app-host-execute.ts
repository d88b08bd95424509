import { DeadlineExceededError } from '../../hosting/primitives/index.js';
import type { ExecuteResourceCommandResponse, ResourceSnapshot } from '../contract/index.js';
import { ResourceCommandError, type ResourceCommandFailure } from './app-host-errors.js';
import { type ConnectedAppHost, describeResource, forExplanation, notFoundIn, resourcesNamed, summaryOf } from './app-host-resources.js';
import { asLine, didYouMean, listNames } from './app-host-text.js';
import { workTimeout } from './call-options.js';

/** A value of an argument of a command. */
export type CommandArgumentValue = string | number | boolean | null;

/** Arguments of a command: by name, regardless of letter case, or in the order in which they are declared. */
export type CommandArguments = Readonly<Record<string, CommandArgumentValue>> | readonly CommandArgumentValue[];

/** Options of {@link AppHost.execute}. */
export interface ExecuteOptions {
  /** Whether a command that does not succeed is an error; else what it answered is the result. Default: true. */
  readonly throwOnFailure?: boolean | undefined;
  /** Whether to stop after the arguments have been checked. Default: false. */
  readonly validateOnly?: boolean | undefined;
  /** Milliseconds until the command is cancelled; -1 is never. Default: 600,000. */
  readonly timeout?: number | undefined;
  /** Cancels the command. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command, and explains what went wrong. */
export async function executeOn(
  appHost: ConnectedAppHost,
  resourceName: string,
  commandName: string,
  args: CommandArguments | undefined,
  { throwOnFailure = true, validateOnly = false, timeout = workTimeout, signal }: ExecuteOptions,
): Promise<ExecuteResourceCommandResponse> {
  const request = { resourceName, commandName, ...(args && { arguments: args }), validateOnly };
  try {
    const response = await appHost.connection.executeResourceCommand(request, { timeout, signal });
    if (response.success || !throwOnFailure) return response;
    throw await explain(appHost, resourceName, commandName, response);
  } catch (error) {
    if (!(error instanceof DeadlineExceededError)) throw error;
    throw await explain(appHost, resourceName, commandName, undefined, error);
  }
}

async function explain(
  appHost: ConnectedAppHost,
  resourceName: string,
  commandName: string,
  response: ExecuteResourceCommandResponse | undefined,
  cause?: DeadlineExceededError,
): Promise<Error> {
  const all = await forExplanation(appHost, signal => appHost.connection.getResources({ includeHidden: true, signal }));
  const named = resourcesNamed(resourceName, all ?? []);
  // Only what the AppHost itself does not know is not found: a resource without a state is in no list.
  if (all && named.length === 0 && response?.message?.includes('not found')) return notFoundIn(appHost.name, resourceName, all);
  const [resource] = named;
  const lastSeen = resource && summaryOf(resource);
  const reason = reasonOf(response);
  const sentences = [
    `The command '${asLine(commandName)}' of '${asLine(resourceName)}' in ${appHost.name} ${outcomes[reason]}${cause ? ` within ${cause.milliseconds} ms` : ''}.`,
    response?.message ? asLine(response.message) : '',
    ...(response?.validationErrors ?? []).map(({ argumentName, errorMessage }) => `${asLine(argumentName)}: ${asLine(errorMessage)}`),
    named.length > 1 ? `The name means several: ${listNames(named.map(({ name }) => name))}; give one of them.` : '',
    resource ? adviceOn(commandName, resource) : '',
    lastSeen ? `Last seen: ${describeResource(lastSeen)}.` : '',
  ];
  return new ResourceCommandError(sentences.filter(sentence => sentence !== '').join(' '), { resourceName, commandName, reason, response, lastSeen }, cause);
}

const outcomes: Readonly<Record<ResourceCommandFailure, string>> = {
  invalidArguments: 'was refused for its arguments',
  canceled: 'was cancelled',
  failed: 'has failed',
  timedOut: 'did not end',
};

function reasonOf(response: ExecuteResourceCommandResponse | undefined): ResourceCommandFailure {
  if (!response) return 'timedOut';
  if (response.canceled) return 'canceled';
  return response.validationErrors.length > 0 ? 'invalidArguments' : 'failed';
}

function adviceOn(commandName: string, { commands }: ResourceSnapshot): string {
  const names = commands.map(({ name }) => name);
  if (names.includes(commandName)) return '';
  return `${didYouMean(commandName, names).trim()} It offers: ${names.length > 0 ? listNames(names) : 'no command'}.`.trim();
}
