import type { ResourceCommandDefinition } from '../../../src/backchannel/apphost/commands/resource-command-definition.js';
import type { LogLimits } from '../../../src/backchannel/apphost/logs/bounded-log.js';
import { ResourceLog } from '../../../src/backchannel/apphost/logs/resource-log.js';
import type { McpTool } from '../../../src/backchannel/apphost/mcp/mcp-tool.js';
import type { ResourceFacts } from '../../../src/backchannel/apphost/resources/resource-facts.js';
import { ResourceState } from '../../../src/backchannel/apphost/resources/resource-state.js';
import type { AppHostResource, ResourceLifecycle } from '../../../src/backchannel/apphost/resources/resource.js';

export interface FakeResourceOptions {
  readonly displayName?: string;
  readonly limits?: LogLimits;
  readonly commands?: readonly ResourceCommandDefinition[];
  readonly mcpTools?: readonly McpTool[];
}

/** A resource whose facts the test says. */
export class FakeResource implements AppHostResource {
  readonly displayName: string;
  readonly log: ResourceLog;
  readonly commands: readonly ResourceCommandDefinition[];
  readonly mcpTools: readonly McpTool[];
  readonly lifecycle: ResourceLifecycle | undefined = undefined;
  readonly state: ResourceState;
  listeners = 0;

  constructor(
    readonly name: string,
    facts: ResourceFacts = {},
    { displayName = name, limits, commands = [], mcpTools = [] }: FakeResourceOptions = {},
  ) {
    this.displayName = displayName;
    this.log = new ResourceLog(limits);
    this.commands = commands;
    this.mcpTools = mcpTools;
    this.state = new ResourceState(facts);
  }

  get facts(): ResourceFacts {
    return this.state.facts;
  }

  onChange(listener: () => void): Disposable {
    this.listeners++;
    const registration = this.state.onChange(listener);
    return {
      [Symbol.dispose]: () => {
        this.listeners--;
        registration[Symbol.dispose]();
      },
    };
  }
}
