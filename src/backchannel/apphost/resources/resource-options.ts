import type { ResourceCommandDefinition } from '../commands/resource-command-definition.js';
import type { McpTool } from '../mcp/mcp-tool.js';

/** An address under which a resource is reached. */
export interface ResourceUrlOptions {
  readonly url: string;
  /** Names the endpoint. Default: `default`. */
  readonly name?: string;
  /** What is shown instead of the address. */
  readonly displayName?: string;
  /** Addresses with a higher number come first. Default: 0. */
  readonly sortOrder?: number;
  /** Whether it is of no use outside the application. Default: false. */
  readonly isInternal?: boolean;
}

/** What every kind of resource may be given. */
export interface ResourceOptions {
  /** The name that is shown, and by which it is addressed. Default: the resource's name. */
  readonly displayName?: string;
  /** Free text; the default depends on the kind. */
  readonly resourceType?: string;
  /** Whether lists leave it out unless they are asked for everything. Default: false. */
  readonly isHidden?: boolean;
  readonly urls?: readonly ResourceUrlOptions[];
  /** The display name of the resource that this one belongs to. */
  readonly parent?: string;
  /** Other resources by their display names, and what they are to this one: `Reference`, `WaitFor`… */
  readonly relationships?: readonly { readonly resourceName: string; readonly type: string }[];
  /** Any JSON values by name. Those whose names are those of secrets are not sent. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** What can be done with it besides starting and stopping it. */
  readonly commands?: readonly ResourceCommandDefinition[];
  /** MCP tools of this process that are found at this resource. */
  readonly mcpTools?: readonly McpTool[];
}
