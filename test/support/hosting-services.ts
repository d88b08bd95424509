import { type HostApplicationBuilder, type HostOptions, type IHost, type IHostedLifecycleService, IHostedService, type LogLevel, TimeProvider } from 'hostward';
import { type CapturedLogs, createTestHost, FakeTimeProvider } from 'hostward/testing';

export type HookName = Extract<keyof IHostedLifecycleService, string>;
type Hook = (signal: AbortSignal) => unknown;

/** What a service does in its methods. With any of the four lifecycle methods, also an empty one, it has all four. */
export type Hooks = Readonly<Partial<Record<HookName | 'dispose', Hook | true>>>;

const lifecycleHooks: readonly HookName[] = ['starting', 'started', 'stopping', 'stopped'];

/** A hosted service that notes the calls of its methods: `name.start`, and `name.start!` when the call has failed. */
export function probe(trace: string[], name: string, hooks: Hooks = {}): IHostedService & Disposable {
  const method = (hook: HookName) => async (signal: AbortSignal) => {
    trace.push(`${name}.${hook}`);
    try {
      const behaviour = hooks[hook];
      if (typeof behaviour === 'function') await behaviour(signal);
    } catch (error) {
      trace.push(`${name}.${hook}!`);
      throw error;
    }
  };
  const names = lifecycleHooks.some(hook => hooks[hook]) ? lifecycleHooks : [];
  return {
    start: method('start'),
    stop: method('stop'),
    ...Object.fromEntries(names.map(hook => [hook, method(hook)])),
    [Symbol.dispose]: () => void trace.push(`${name}.dispose`),
  };
}

/** A host on a fake clock, with its hosted services in order and a trace that they share. */
export interface HostBench extends AsyncDisposable {
  readonly host: IHost;
  readonly logs: CapturedLogs;
  readonly time: FakeTimeProvider;
  readonly trace: string[];
  /** Level, event id and message of what the host itself has logged. */
  events(): [LogLevel, number, string][];
}

/** Options of {@link benchOf}. */
export interface BenchOptions {
  readonly options?: Partial<HostOptions>;
  readonly configure?: (builder: HostApplicationBuilder) => unknown;
  readonly trace?: string[];
}

/** Builds a host of services that are given as factories, each called with the trace, or as the hooks of a {@link probe}. */
export function benchOf(
  services: Readonly<Record<string, Hooks | ((trace: string[]) => IHostedService)>>,
  { options = {}, configure, trace = [] }: BenchOptions = {},
): HostBench {
  const time = new FakeTimeProvider();
  const { host, logs } = createTestHost(builder => {
    builder.configureHostOptions(hostOptions => void Object.assign(hostOptions, options)).services.addSingleton(TimeProvider, time);
    for (const [name, service] of Object.entries(services))
      builder.services.addSingleton(IHostedService, () => (typeof service === 'function' ? service(trace) : probe(trace, name, service)));
    configure?.(builder);
  });
  return {
    host,
    logs,
    time,
    trace,
    events: () =>
      logs.entries
        .filter(entry => entry.category === 'Microsoft.Extensions.Hosting.Internal.Host')
        .map(({ level, eventId, message }) => [level, eventId.id, message]),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** Throws an error with this message. */
export function failing(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}

/** Waits for the signal, then throws the cancellation as a service that honours it does. */
export function cooperating(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const give = () => reject(signal.reason as Error);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}

/** One turn of the event loop: all promise chains come to rest. */
export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
