import type { ResourceSnapshot } from '../../contract/index.js';

/** What a resource says of itself in the terms of the wire. What is left out is null, empty or false there. */
export type ResourceFacts = Readonly<Partial<Omit<ResourceSnapshot, 'name' | 'displayName' | 'type' | 'commands' | 'mcpServer'>>>;
