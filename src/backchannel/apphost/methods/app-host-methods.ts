import type { IServiceProvider } from '../../../hosting/dependency-injection/index.js';
import type { IHostApplicationLifetime } from '../../../hosting/host-application-lifetime.js';
import type { ILogger, SecretRedactor } from '../../../hosting/logging/index.js';
import type { TimeProvider } from '../../../hosting/time/index.js';
import type { AppHostInformation } from '../../contract/index.js';
import type { RpcMethods } from '../../rpc/index.js';
import { CommandExecutor } from '../commands/command-executor.js';
import { Dashboard } from '../dashboard.js';
import type { DashboardOptions } from '../dashboard-options.js';
import type { LogBook } from '../logs/log-book.js';
import { McpToolCaller } from '../mcp/mcp-tool-caller.js';
import type { AppHostResource } from '../resources/resource.js';
import type { ResourceCatalog } from '../resources/resource-catalog.js';
import { commandMethods } from './command-methods.js';
import { dashboardMethods } from './dashboard-methods.js';
import { identityMethods } from './identity-methods.js';
import { type BeginStop, lifeCycleMethods } from './life-cycle-methods.js';
import { logMethods } from './log-methods.js';
import { resourceMethods } from './resource-methods.js';

/** What the methods speak about. */
export interface AppHostMethodsParts {
  readonly information: AppHostInformation;
  readonly version: string;
  readonly catalog: ResourceCatalog;
  readonly logs: LogBook;
  readonly dashboard: DashboardOptions | undefined;
  readonly lifetime: IHostApplicationLifetime;
  readonly logger: ILogger;
  /** Keeps the program's secrets out of what commands log. */
  readonly redactor: SecretRedactor;
  readonly timeProvider: TimeProvider;
  /** Those of the host, for commands and tools. */
  readonly services: IServiceProvider;
  readonly stop: BeginStop;
}

/** All methods of the levels aux.v1 to aux.v3. */
export function appHostMethods(parts: AppHostMethodsParts): RpcMethods {
  const { information, version, catalog, logs, dashboard, lifetime, logger, redactor, timeProvider, services, stop } = parts;
  // Replicas share their display name.
  const shownName = ({ name, displayName }: AppHostResource) => (catalog.instancesOf(displayName).length > 1 ? name : displayName);
  const supervision = { timeProvider, logger, stopping: lifetime.applicationStopping };
  return {
    ...identityMethods(information, version),
    ...dashboardMethods(new Dashboard({ options: dashboard, ...supervision })),
    ...resourceMethods(catalog, timeProvider),
    ...logMethods(catalog, logs, logger),
    ...commandMethods(catalog, new CommandExecutor({ ...supervision, services, redactor, nameOf: shownName }), new McpToolCaller({ ...supervision, services })),
    ...lifeCycleMethods(lifetime, stop),
  };
}
