import type { IServiceProvider } from '../../../hosting/dependency-injection/index.js';
import type { ILogger, SecretRedactor } from '../../../hosting/logging/index.js';
import { isCancellation, toError } from '../../../hosting/primitives/index.js';
import type { TimeProvider } from '../../../hosting/time/index.js';
import type { ExecuteResourceCommandRequest, ExecuteResourceCommandResponse } from '../../contract/index.js';
import type { AppHostResource } from '../resources/resource.js';
import { type BoundArgument, bindArguments } from './bind-arguments.js';
import { type CheckedArguments, checkArguments } from './check-arguments.js';
import { type CommandLimits, defaultCommandLimits } from './command-limits.js';
import { canceled, failed, invalid, responseOf, succeeded } from './command-response.js';
import { commandStateOf, describeBoundArguments } from './describe-commands.js';
import { findCommand, type OfferedCommand } from './find-command.js';
import { shownName } from './message-text.js';
import type { CommandContext, CommandResult } from './resource-command-definition.js';
import { ResourceLoggers } from './resource-loggers.js';
import { readSubmittedArguments } from './submitted-arguments.js';
import { superviseCall, type SupervisedEnd } from './supervised-call.js';
import { Turns } from './turns.js';

/** What a {@link CommandExecutor} is made of. */
export interface CommandExecutorParts {
  /** What commands are given to find their own things. */
  readonly services: IServiceProvider;
  readonly timeProvider: TimeProvider;
  /** Hears of commands that end after they were answered. */
  readonly logger: ILogger;
  /** Cancels every command: the application stops. */
  readonly stopping?: AbortSignal;
  /** What messages call a resource. Default: its display name. */
  readonly nameOf?: (resource: AppHostResource) => string;
  /** Keeps the program's secrets out of the logs of the resources. */
  readonly redactor?: SecretRedactor;
  readonly limits?: Partial<CommandLimits>;
}

/** One request for a command that there is. */
interface CommandCall {
  readonly resource: AppHostResource;
  readonly offered: OfferedCommand;
  readonly request: ExecuteResourceCommandRequest;
  readonly signal: AbortSignal;
  readonly log: ILogger;
}

/**
 * Runs the commands of resources for the clients of one AppHost.
 *
 * Differs from .NET: a command of the program whose state is disabled or hidden is refused; `start` of something that does not start fails; `start`, `stop` and `restart`
 * of one resource run one after the other; and there are limits, of time as of size.
 *
 * @see Aspire.Hosting.ApplicationModel, ResourceCommandService
 */
export class CommandExecutor {
  readonly #limits: CommandLimits;
  readonly #loggers: ResourceLoggers;
  readonly #turns = new Turns();
  #running = 0;

  constructor(private readonly parts: CommandExecutorParts) {
    this.#limits = { ...defaultCommandLimits, ...parts.limits };
    this.#loggers = new ResourceLoggers(parts.timeProvider, parts.redactor);
  }

  /**
   * Answers a request: what goes wrong in the command or is wrong with the request is an answer, too.
   *
   * @param resource the one that the request means; undefined when there is none, or when it is ambiguous
   * @param signal fires when the client cancels or goes
   * @throws InvalidOperationError when `arguments` are nothing that arguments can be
   */
  async execute(resource: AppHostResource | undefined, request: ExecuteResourceCommandRequest, signal: AbortSignal): Promise<ExecuteResourceCommandResponse> {
    const submitted = readSubmittedArguments(request.arguments, this.#limits);
    if (!resource) return failed(`Resource '${shownName(request.resourceName)}' not found.`);
    const log = this.#loggers.loggerOf(resource);
    const offered = findCommand(resource, request.commandName, { shownName: this.#nameOf(resource), lifecycleTimeout: this.#limits.lifecycleTimeout });
    if (!offered) return this.#refuseUnknown(resource, request, log);
    const binding = bindArguments(offered.definition, submitted);
    if (binding.refusal !== undefined) return failed(binding.refusal);
    return await this.#answer({ resource, offered, request, signal, log }, binding.bound);
  }

  async #answer(call: CommandCall, bound: readonly BoundArgument[]): Promise<ExecuteResourceCommandResponse> {
    const { offered, request, log } = call;
    const { name } = offered.definition;
    if (!request.validateOnly) log.information("Executing command '{CommandName}'.", name);
    const refusal = this.#refusalOf(call);
    if (refusal !== undefined) return this.#conclude(call, failed(refusal));
    const check = await this.#supervise(call, `Checking the arguments of command '${name}'`, this.#limits.checkTimeout, signal =>
      checkArguments(offered.definition, bound, signal),
    );
    if (check.kind === 'returned' && check.stoppedBy === 'caller') return this.#conclude(call, canceled());
    if (check.kind !== 'returned' || check.stoppedBy) return this.#concludeEnd(call, check);
    const { errors } = check.value;
    if (request.validateOnly) return this.#answerValidation(call, check.value);
    if (errors.length > 0) return invalid(errors);
    return this.#concludeEnd(call, await this.#run(call, check.value));
  }

  #answerValidation({ request }: CommandCall, { errors, arguments: bound }: CheckedArguments): ExecuteResourceCommandResponse {
    const answer = errors.length > 0 ? invalid(errors) : succeeded();
    return request.returnArgumentInputs ? { ...answer, argumentInputs: describeBoundArguments(bound) } : answer;
  }

  async #run(call: CommandCall, { values }: CheckedArguments): Promise<SupervisedEnd<CommandResult | void>> {
    const { resource, offered, request, log } = call;
    const { name, execute, timeout = -1 } = offered.definition;
    const context = {
      arguments: values,
      resource: viewOf(resource),
      services: this.parts.services,
      logger: log,
      isNonInteractive: request.nonInteractive ?? true,
    };
    return await this.#supervise(call, `Command '${name}'`, timeout, signal => {
      const work = async () => await execute({ ...context, signal });
      return offered.isLifecycle ? this.#turns.take(resource, signal, work) : work();
    });
  }

  async #supervise<T>(call: CommandCall, what: string, timeout: number, work: (signal: AbortSignal) => Promise<T>): Promise<SupervisedEnd<T>> {
    const { timeProvider, stopping } = this.parts;
    this.#running++;
    return await superviseCall(
      work,
      {
        what,
        timeout,
        grace: this.#limits.grace,
        signals: [call.signal, stopping],
        timeProvider,
        onLateEnd: (error, milliseconds) => this.#logLateEnd(call, what, error, milliseconds),
      },
      () => this.#running--,
    );
  }

  #responseOfEnd({ offered }: CommandCall, end: SupervisedEnd<unknown>): ExecuteResourceCommandResponse {
    const { name } = offered.definition;
    const isAtWork = end.kind === 'leftBehind' ? ' It is still at work.' : '';
    if (end.stoppedBy === 'timeout') return failed(`${end.timeoutError.message}${isAtWork}`);
    if (end.kind === 'leftBehind') return canceled(`Command '${name}' was canceled.${isAtWork}`);
    if (end.kind === 'returned') return responseOf(name, end.value as CommandResult | void, this.#limits.maxValueBytes);
    return isCancellation(end.error) ? canceled() : failed(toError(end.error).message);
  }

  /** What was asked of a command that cannot run now. Those of the life cycle can always: they find out for themselves that there is nothing to do. */
  #refusalOf({ resource, offered }: CommandCall): string | undefined {
    const { definition, isLifecycle } = offered;
    const state = isLifecycle ? 'enabled' : commandStateOf(definition, resource.facts);
    if (state !== 'enabled') return `Command '${definition.name}' of resource '${this.#nameOf(resource)}' cannot run at present: it is ${state}.`;
    const { maxRunning } = this.#limits;
    return this.#running < maxRunning
      ? undefined
      : `Command '${definition.name}' was not started: ${maxRunning} commands are running already. Try again later.`;
  }

  #refuseUnknown(resource: AppHostResource, { commandName, validateOnly }: ExecuteResourceCommandRequest, log: ILogger): ExecuteResourceCommandResponse {
    const name = shownName(commandName);
    if (!validateOnly) {
      log.information("Executing command '{CommandName}'.", name);
      log.information("Command '{CommandName}' not available.", name);
    }
    return failed(`Command '${name}' not available for resource '${this.#nameOf(resource)}'.`);
  }

  #concludeEnd(call: CommandCall, end: SupervisedEnd<unknown>): ExecuteResourceCommandResponse {
    const answer = this.#responseOfEnd(call, end);
    if (end.kind !== 'threw' || end.stoppedBy === 'timeout' || answer.canceled) return this.#conclude(call, answer);
    call.log.error(end.error, "Error executing command '{CommandName}'.", call.offered.definition.name);
    return answer;
  }

  /** Says in the log of the resource how it went. */
  #conclude({ offered, request, log }: CommandCall, answer: ExecuteResourceCommandResponse): ExecuteResourceCommandResponse {
    if (request.validateOnly) return answer;
    const { name } = offered.definition;
    if (answer.success) log.information("Successfully executed command '{CommandName}'.", name);
    else if (answer.canceled) log.debug("Command '{CommandName}' was canceled.", name);
    else log.information("Failure executing command '{CommandName}'. Error message: {ErrorMessage}", name, answer.message);
    return answer;
  }

  #logLateEnd({ resource, log }: CommandCall, what: string, error: { readonly thrown: unknown } | undefined, milliseconds: number): void {
    const args = [what, this.#nameOf(resource), milliseconds];
    for (const logger of [log, this.parts.logger]) {
      if (error && !isCancellation(error.thrown)) logger.warning(error.thrown, '{What} on {Resource} failed {Milliseconds} ms after it was given up', ...args);
      else logger.information('{What} on {Resource} ended {Milliseconds} ms after it was given up', ...args);
    }
  }

  #nameOf(resource: AppHostResource): string {
    return this.parts.nameOf?.(resource) ?? resource.displayName;
  }
}

/** What a command may know of its resource, its facts always as they are now. */
function viewOf(resource: AppHostResource): CommandContext['resource'] {
  return {
    name: resource.name,
    displayName: resource.displayName,
    get facts() {
      return resource.facts;
    },
  };
}
