import { type ConfigureContainer, ServiceCollection, ServiceProvider } from 'hostward';

/** A provider of what `register` adds, with the container as `configure` leaves it. */
export function provide(register: (services: ServiceCollection) => unknown, ...configure: ConfigureContainer[]): ServiceProvider {
  const services = new ServiceCollection();
  register(services);
  return new ServiceProvider(services, { configureContainer: configure });
}

/** What `action` throws; a test that asks for it fails when nothing is thrown. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

/** Classes whose instances write down when they are disposed, as the name they were made with. */
export function disposablesIn(trace: string[]): {
  sync(name: string): new (...parts: unknown[]) => Disposable;
  async(name: string): new (...parts: unknown[]) => AsyncDisposable;
} {
  return {
    sync: name =>
      class implements Disposable {
        constructor(..._parts: unknown[]) {}

        [Symbol.dispose](): void {
          trace.push(name);
        }
      },
    async: name =>
      class implements AsyncDisposable {
        constructor(..._parts: unknown[]) {}

        async [Symbol.asyncDispose](): Promise<void> {
          trace.push(`${name} begins`);
          await new Promise(resolve => setImmediate(resolve));
          trace.push(`${name} ends`);
        }
      },
  };
}
