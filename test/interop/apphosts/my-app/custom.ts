import type { ServiceCollection } from 'hostward';
import { AppHostResource, type CommandResult, type ResourceCommandDefinition, type ResourceFacts, ResourceLog } from 'hostward/apphost';
import { customCommands } from './custom-commands.js';

/** The recorded resource `custom`: one that is neither a hosted service, nor a child process, nor made by a function of this package. */
class Custom implements AppHostResource {
  readonly name = 'custom';
  readonly displayName = 'custom';
  readonly log = new ResourceLog();
  readonly commands: readonly ResourceCommandDefinition[] = customCommands(() => this.#toggle());
  readonly mcpTools = [];
  readonly lifecycle = undefined;
  readonly #listeners = new Set<() => void>();
  readonly #startedAt = new Date().toISOString();
  #isHealthy = true;

  get facts(): ResourceFacts {
    return {
      resourceType: 'MyCustom',
      state: 'Running',
      stateStyle: 'success',
      createdAt: this.#startedAt,
      startedAt: this.#startedAt,
      healthReports: [
        this.#isHealthy
          ? { name: 'toggle', status: 'Healthy', description: 'fine', exceptionText: null }
          : { name: 'toggle', status: 'Unhealthy', description: 'toggled off', exceptionText: 'System.InvalidOperationException: toggle exception' },
      ],
      volumes: [
        { source: '/src', target: '/dst', mountType: 'bind', isReadOnly: true },
        { source: null, target: '/data', mountType: 'volume', isReadOnly: false },
      ],
      environmentVariables: [
        { name: 'E1', value: 'v1', isFromSpec: true },
        { name: 'E2', value: null, isFromSpec: false },
      ],
      properties: {
        text: 'abc',
        number: 42,
        big: 9007199254740992,
        dbl: 1.5,
        flag: true,
        off: false,
        list: ['a', 'b'],
        nothing: null,
        secret: 'hidden by its name',
        date: '01/02/2026 03:04:05',
        guid: '11111111-2222-3333-4444-555555555555',
        obj: { k: 'v' },
      },
    };
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #toggle(): CommandResult {
    this.#isHealthy = !this.#isHealthy;
    for (const listener of this.#listeners) listener();
    return { message: this.#isHealthy ? 'healthy' : 'unhealthy' };
  }
}

export function addCustom(services: ServiceCollection): void {
  services.addSingleton(AppHostResource, new Custom());
}
