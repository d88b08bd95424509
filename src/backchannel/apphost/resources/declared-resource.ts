import type { TimeProvider } from '../../../hosting/time/index.js';
import type { ResourceCommandDefinition } from '../commands/resource-command-definition.js';
import type { ResourceLog } from '../logs/resource-log.js';
import type { McpTool } from '../mcp/mcp-tool.js';
import type { DeclaredLifecycle } from './declared-lifecycle.js';
import { factsOfOptions } from './facts-of-options.js';
import type { ResourceFacts } from './resource-facts.js';
import type { ResourceOptions } from './resource-options.js';
import { ResourceState } from './resource-state.js';
import type { AppHostResource } from './resource.js';

/** What a resource waits for before it is started by itself. */
export interface DeclaredDependencies {
  /** Display names of resources that must be up: `Running`, and healthy when they have a health. */
  readonly waitFor?: readonly string[];
  /** Display names of resources that must have ended with exit code 0. */
  readonly waitForCompletion?: readonly string[];
}

/** What a {@link DeclaredResource} is made of. */
export interface DeclaredResourceParts {
  readonly name: string;
  readonly displayName: string;
  readonly options: ResourceOptions & DeclaredDependencies;
  readonly log: ResourceLog;
  readonly timeProvider: TimeProvider;
}

/** A resource that the program has declared, as opposed to a hosted service. Its state and its log are the {@link ResourceOrchestrator}'s to write, too. */
export abstract class DeclaredResource implements AppHostResource, AsyncDisposable {
  readonly name: string;
  readonly displayName: string;
  readonly log: ResourceLog;
  readonly commands: readonly ResourceCommandDefinition[];
  readonly mcpTools: readonly McpTool[];
  readonly dependencies: Required<DeclaredDependencies>;
  abstract readonly lifecycle: DeclaredLifecycle | undefined;
  protected readonly timeProvider: TimeProvider;
  readonly #state: ResourceState;

  constructor({ name, displayName, options, log, timeProvider }: DeclaredResourceParts, facts: ResourceFacts) {
    this.name = name;
    this.displayName = displayName;
    this.log = log;
    this.timeProvider = timeProvider;
    this.commands = options.commands ?? [];
    this.mcpTools = options.mcpTools ?? [];
    this.dependencies = { waitFor: options.waitFor ?? [], waitForCompletion: options.waitForCompletion ?? [] };
    const declared = factsOfOptions(options);
    const waits = Object.values(this.dependencies).flat();
    const relationships = [...(declared.relationships ?? []), ...[...new Set(waits)].map(resourceName => ({ resourceName, type: 'WaitFor' }))];
    this.#state = new ResourceState({ ...facts, ...declared, relationships, properties: { ...facts.properties, ...declared.properties } });
  }

  get facts(): ResourceFacts {
    return this.#state.facts;
  }

  onChange(listener: () => void): Disposable {
    return this.#state.onChange(listener);
  }

  /** Changes some facts; of the properties only those that are named, and undefined takes one away. */
  update({ properties, ...changes }: ResourceFacts): void {
    if (!properties) return this.#state.update(changes);
    const all = Object.entries({ ...this.facts.properties, ...properties }).filter(([, value]) => value !== undefined);
    this.#state.update({ ...changes, properties: Object.fromEntries(all) });
  }

  /** Shows which other resources, by the names of their instances, keep it from being started. */
  showWaiting(names: readonly string[]): void {
    this.update({ state: 'Waiting', waitingFor: names, properties: { 'resource.waitingFor': names } });
  }

  /** It will not be started, because of another resource. */
  giveUp(reason: string): void {
    this.say(reason, true);
    const now = this.now();
    this.update({ ...notWaiting, state: 'FailedToStart', startedAt: now, stoppedAt: now });
  }

  /** Writes a line into the log, as of now. */
  write(text: string, isError = false): void {
    this.log.write(text, this.timeProvider.getUtcNowMilliseconds(), isError);
  }

  /** Writes what the AppHost does with the resource into its log. */
  say(text: string, isError = false): void {
    this.write(`[sys] ${text}`, isError);
  }

  /** Stops it, without delay when `signal` has fired, and kills what is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.lifecycle?.close(AbortSignal.abort());
  }

  protected now(): string {
    return new Date(this.timeProvider.getUtcNowMilliseconds()).toISOString();
  }
}

/** The facts of a resource that waits for no other. */
export const notWaiting: ResourceFacts = { waitingFor: null, properties: { 'resource.waitingFor': undefined } };
