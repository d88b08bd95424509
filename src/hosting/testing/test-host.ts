import type { IServiceProvider } from '../dependency-injection/index.js';
import type { IHost } from '../host.js';
import { HostApplicationBuilder, type HostApplicationBuilderSettings } from '../host-application-builder.js';
import { IHostLifetime, NullLifetime } from '../lifetimes/index.js';
import { CapturedLogs } from './captured-logs.js';

/** A host for tests: no signals, nothing printed, all log entries kept. Disposing it stops it first when it was started. */
export class TestHost implements AsyncDisposable {
  #isStarted = false;

  constructor(
    readonly host: IHost,
    readonly logs: CapturedLogs,
  ) {}

  get services(): IServiceProvider {
    return this.host.services;
  }

  /** A start that fails disposes the host, because `await using host = await createTestHost(…).start()` has nothing to dispose then. */
  async start(signal?: AbortSignal): Promise<this> {
    try {
      await this.host.start(signal);
    } catch (error) {
      await this.host[Symbol.asyncDispose]();
      throw error;
    }
    this.#isStarted = true;
    return this;
  }

  async stop(signal?: AbortSignal): Promise<void> {
    this.#isStarted = false;
    await this.host.stop(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#isStarted) await this.stop();
    } finally {
      await this.host[Symbol.asyncDispose]();
    }
  }
}

/** Builds a {@link TestHost}, with everything checked; `configure` receives the builder last, so what it registers or replaces wins. */
export function createTestHost(configure: (builder: HostApplicationBuilder) => unknown, settings: HostApplicationBuilderSettings = {}): TestHost {
  const logs = new CapturedLogs();
  const builder = new HostApplicationBuilder({ environmentName: 'Development', ...settings, disableDefaults: true });
  builder.logging.setMinimumLevel('trace').addProvider(logs);
  builder.useDefaultServiceProvider(options => (options.validateOnBuild = options.validateScopes = true));
  builder.services.addSingleton(IHostLifetime, NullLifetime);
  configure(builder);
  return new TestHost(builder.build(), logs);
}
