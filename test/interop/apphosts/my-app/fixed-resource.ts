import type { AppHostResource, ResourceFacts } from 'hostward/apphost';
import { ResourceLog } from 'hostward/apphost';

/** A resource that never changes and that nothing can be done with. */
export class FixedResource implements AppHostResource {
  readonly displayName: string;
  readonly log = new ResourceLog();
  readonly commands = [];
  readonly mcpTools = [];
  readonly lifecycle = undefined;

  constructor(
    readonly name: string,
    readonly facts: ResourceFacts,
    line?: string,
  ) {
    this.displayName = name;
    if (line !== undefined) this.log.write(line, Date.now(), true);
  }

  onChange(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }
}
