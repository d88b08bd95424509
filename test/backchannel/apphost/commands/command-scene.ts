import { ServiceProvider } from 'hostward';
import { FakeLogger, FakeTimeProvider } from 'hostward/testing';
import { CommandExecutor, type CommandExecutorParts } from '../../../../src/backchannel/apphost/commands/command-executor.js';
import type { ResourceCommandDefinition } from '../../../../src/backchannel/apphost/commands/resource-command-definition.js';
import type { ResourceFacts } from '../../../../src/backchannel/apphost/resources/resource-facts.js';
import type { AppHostResource, ResourceLifecycle } from '../../../../src/backchannel/apphost/resources/resource.js';
import type { ExecuteResourceCommandRequest, ExecuteResourceCommandResponse } from '../../../../src/backchannel/contract/index.js';
import { FakeResource, type FakeResourceOptions } from '../fake-resource.js';

/** A resource that can be started and stopped, in whatever way the test says. */
export class FakeLifecycleResource extends FakeResource {
  override readonly lifecycle: ResourceLifecycle | undefined;

  constructor(name: string, facts: ResourceFacts, { start, stop }: Partial<ResourceLifecycle>, options?: FakeResourceOptions) {
    super(name, facts, options);
    this.lifecycle = { waitFor: [], hasExplicitStart: false, start: start ?? (async () => undefined), stop: stop ?? (async () => undefined) };
  }
}

/** An executor on a fake clock. */
export class CommandScene implements Disposable {
  readonly time = new FakeTimeProvider();
  readonly logger = new FakeLogger();
  readonly stopping = new AbortController();
  readonly executor: CommandExecutor;

  constructor(parts: Partial<CommandExecutorParts> = {}) {
    this.executor = new CommandExecutor({
      services: new ServiceProvider([]),
      timeProvider: this.time,
      logger: this.logger,
      stopping: this.stopping.signal,
      ...parts,
    });
  }

  execute(
    resource: AppHostResource | undefined,
    commandName: string,
    request: Partial<ExecuteResourceCommandRequest> = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<ExecuteResourceCommandResponse> {
    return this.executor.execute(resource, { resourceName: resource?.displayName ?? 'nosuch', commandName, ...request }, signal);
  }

  /** Runs one command of a resource that has no other. */
  run(
    definition: Partial<ResourceCommandDefinition>,
    request: Partial<ExecuteResourceCommandRequest> = {},
    signal?: AbortSignal,
  ): Promise<ExecuteResourceCommandResponse> {
    const command = { name: 'go', execute: () => undefined, ...definition };
    return this.execute(new FakeResource('web', { state: 'Running' }, { commands: [command] }), command.name, request, signal);
  }

  [Symbol.dispose](): void {
    this.logger[Symbol.dispose]();
    expect(this.time.pendingTimers).toEqual([]);
  }
}

/** The lines of a resource's log. */
export function linesOf(resource: AppHostResource): string[] {
  return resource.log.lines.map(({ text }) => text.split('\n')[0]!);
}

/** An answer that says why nothing was done. */
export function failure(message: string | null): ExecuteResourceCommandResponse {
  return { success: false, canceled: false, errorMessage: message, message, value: null, validationErrors: [] };
}

export const success: ExecuteResourceCommandResponse = {
  success: true,
  canceled: false,
  errorMessage: null,
  message: null,
  value: null,
  validationErrors: [],
};

/** The answer about arguments that are wrong, by name. */
export function invalid(errors: Readonly<Record<string, string>>): ExecuteResourceCommandResponse {
  const validationErrors = Object.entries(errors).map(([argumentName, errorMessage]) => ({ argumentName, errorMessage }));
  return { ...failure('Command argument validation failed.'), validationErrors };
}

export function canceled(message: string | null = null): ExecuteResourceCommandResponse {
  return { ...failure(message), canceled: true };
}
