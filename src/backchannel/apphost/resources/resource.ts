import { type ServiceToken, serviceToken } from '../../../hosting/dependency-injection/index.js';
import type { ResourceCommandDefinition } from '../commands/resource-command-definition.js';
import type { ResourceLog } from '../logs/resource-log.js';
import type { McpTool } from '../mcp/mcp-tool.js';
import type { ResourceFacts } from './resource-facts.js';

/** How a resource is started and stopped, by the AppHost itself and by the commands `start`, `stop` and `restart`. */
export interface ResourceLifecycle {
  /** The display names of the resources that must be up, or healthy when they have a health, before the AppHost starts it by itself. */
  readonly waitFor: readonly string[];
  /** Whether it only starts when somebody asks for it. */
  readonly hasExplicitStart: boolean;
  /**
   * Starts it; nothing happens when it runs.
   *
   * @returns when it runs
   * @throws why it does not; its state says the same
   */
  start(signal: AbortSignal): Promise<void>;
  /**
   * Stops it; nothing happens when it does not run.
   *
   * @throws when it does not end; its state says the same
   */
  stop(signal: AbortSignal): Promise<void>;
}

/** Something of the AppHost that has a state and a log, and that commands act on. */
export interface AppHostResource {
  /** Names this instance, and no other. */
  readonly name: string;
  /** Names what it is an instance of; equal for replicas. */
  readonly displayName: string;
  /** As it is now. */
  readonly facts: ResourceFacts;
  readonly log: ResourceLog;
  /** What it offers besides {@link lifecycle}, in the order in which it is shown. */
  readonly commands: readonly ResourceCommandDefinition[];
  readonly mcpTools: readonly McpTool[];
  /** Undefined for what cannot be started or stopped. */
  readonly lifecycle: ResourceLifecycle | undefined;
  /** Calls back at each change of {@link facts}. */
  onChange(listener: () => void): Disposable;
}

/** The resources that were declared, in the order of their registration. */
export const AppHostResource: ServiceToken<AppHostResource> = serviceToken('AppHostResource');
