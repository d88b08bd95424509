import { type IServiceProvider, type ServiceCollection, TimeProvider } from 'hostward';
import { AppHostResource, IProcessLauncher } from 'hostward/apphost';
import { createTestHost, FakeTimeProvider, type TestHost } from 'hostward/testing';
import { settle } from '../../../support/settle.js';
import { FakeProcessLauncher } from '../fake-process-launcher.js';

/** A host with declared resources on a fake clock, whose processes are fake. */
export class ResourceScene implements AsyncDisposable {
  private constructor(
    readonly host: TestHost,
    readonly time: FakeTimeProvider,
    readonly launcher: FakeProcessLauncher,
    readonly histories: ReadonlyMap<string, string[]>,
  ) {}

  /** @param start whether the host is started: everything that starts by itself runs then, unless it waits */
  static async open(declare: (services: ServiceCollection, launcher: FakeProcessLauncher) => void, start: boolean = true): Promise<ResourceScene> {
    const time = new FakeTimeProvider();
    const launcher = new FakeProcessLauncher(time);
    const host = createTestHost(builder => {
      builder.services.replaceSingleton(TimeProvider, time).addSingleton(IProcessLauncher, launcher);
      declare(builder.services, launcher);
    });
    const histories = new Map(resourcesOf(host.services).map(resource => [resource.displayName, followStates(resource)]));
    const scene = new ResourceScene(host, time, launcher, histories);
    if (!start) return scene;
    await host.start();
    await time.advanceAsync(10);
    return scene;
  }

  resource(displayName: string): AppHostResource {
    const resource = resourcesOf(this.host.services).find(one => one.displayName === displayName);
    if (!resource) throw new Error(`There is no ${displayName}`);
    return resource;
  }

  /** What the log of the host says of resources that have failed. */
  get errors(): readonly string[] {
    return this.host.logs.entries.filter(({ category, level }) => category === 'ResourceOrchestrator' && level === 'error').map(({ message }) => message);
  }

  state(displayName: string): string | null | undefined {
    return this.resource(displayName).facts.state;
  }

  /** All states that it has had, the first one included. */
  history(displayName: string): readonly string[] {
    return this.histories.get(displayName) ?? [];
  }

  logOf(displayName: string): readonly string[] {
    return this.resource(displayName).log.lines.map(({ text, isError }) => (isError ? `! ${text}` : text));
  }

  start(displayName: string, signal: AbortSignal = new AbortController().signal): Promise<void> {
    return this.#settled(this.resource(displayName).lifecycle!.start(signal));
  }

  stop(displayName: string, signal: AbortSignal = new AbortController().signal): Promise<void> {
    return this.#settled(this.resource(displayName).lifecycle!.stop(signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#settled(this.host[Symbol.asyncDispose]());
  }

  /** With the few milliseconds of fake time that fake processes need. */
  async #settled(work: Promise<void>): Promise<void> {
    let isSettled = false;
    const mark = () => void (isSettled = true);
    work.then(mark, mark);
    for (let turn = 0; turn < 10 && !isSettled; turn++) await this.time.advanceAsync(1);
    await settle(this.time, () => isSettled).catch(() => undefined);
    return work;
  }
}

function resourcesOf(services: IServiceProvider): readonly AppHostResource[] {
  return services.getServices(AppHostResource);
}

function followStates(resource: AppHostResource): string[] {
  const states = [String(resource.facts.state)];
  resource.onChange(() => {
    const state = String(resource.facts.state);
    if (states.at(-1) !== state) states.push(state);
  });
  return states;
}
