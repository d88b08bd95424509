import { BackgroundService, type IHostedLifecycleService, type IHostedService, isCancellation, markHandled, onAbort, OperationCanceledError } from 'hostward';

/** What one method of a service does, step by step. */
export interface Step {
  readonly yield?: true;
  readonly throw?: string;
  readonly untilCancelled?: true;
  /** With `untilCancelled`: the error to throw instead of the cancellation. */
  readonly thenThrow?: string;
  /** With `untilCancelled`: go on instead of throwing. */
  readonly quiet?: true;
  readonly never?: true;
  readonly cancel?: true;
  readonly stopApplication?: true;
}

/** A hosted service of a recording; an own property `constructor` is the message with which its construction fails. */
export interface ScenarioService extends Readonly<Partial<Record<Method, readonly Step[]>>> {
  readonly name: string;
  readonly kind: 'hosted' | 'lifecycle' | 'background' | 'background-lifecycle';
}

type Method = keyof IHostedLifecycleService | 'execute';

/** What a service of a recording acts on. */
export interface Stage {
  record(lane: string, text: string, entry?: unknown): void;
  stopApplication(): void;
  /** Yields by at least one macrotask. */
  hop(): Promise<void>;
  /** Whether a method that fails before its first wait throws; otherwise it returns a rejected promise. */
  readonly throwsSynchronously: boolean;
}

/** Makes the service that `script` describes. @throws what it says its constructor throws */
export function createService(script: ScenarioService, stage: Stage): IHostedService {
  if (Object.hasOwn(script, 'constructor')) {
    const message = String(script.constructor);
    stage.record(script.name, `new! ${message}`);
    throw new Error(message);
  }
  stage.record(script.name, 'new');
  const [kind, withHooks] = script.kind.split('-');
  const service = kind === 'background' ? new ScriptedBackgroundService(script, stage) : new ScriptedService(script, stage);
  return kind === 'lifecycle' || withHooks ? Object.assign(service, lifecycleHooks(script, stage)) : service;
}

class ScriptedService implements IHostedService, Disposable {
  constructor(
    private readonly script: ScenarioService,
    private readonly stage: Stage,
  ) {}

  start(signal: AbortSignal): Promise<void> {
    return perform(this.script, 'start', signal, this.stage);
  }

  stop(signal: AbortSignal): Promise<void> {
    return perform(this.script, 'stop', signal, this.stage);
  }

  [Symbol.dispose](): void {
    this.stage.record(this.script.name, 'dispose');
  }
}

class ScriptedBackgroundService extends BackgroundService {
  constructor(
    private readonly script: ScenarioService,
    private readonly stage: Stage,
  ) {
    super();
  }

  override start(signal: AbortSignal): Promise<void> {
    enter(this.script, 'start', signal, this.stage);
    const started = super.start(signal);
    this.stage.record(this.script.name, 'start<');
    return started;
  }

  protected override execute(stopping: AbortSignal): Promise<void> {
    this.stage.record(`${this.script.name}.execute`, 'execute>');
    return takeSteps(this.script, 'execute', stopping, this.stage);
  }

  override async stop(signal: AbortSignal): Promise<void> {
    enter(this.script, 'stop', signal, this.stage);
    await super.stop(signal);
    this.stage.record(this.script.name, 'stop<');
  }

  override [Symbol.dispose](): void {
    this.stage.record(this.script.name, 'dispose');
    super[Symbol.dispose]();
  }
}

function lifecycleHooks(script: ScenarioService, stage: Stage): Omit<IHostedLifecycleService, 'start' | 'stop'> {
  return {
    starting: signal => perform(script, 'starting', signal, stage),
    started: signal => perform(script, 'started', signal, stage),
    stopping: signal => perform(script, 'stopping', signal, stage),
    stopped: signal => perform(script, 'stopped', signal, stage),
  };
}

function perform(script: ScenarioService, method: Method, signal: AbortSignal, stage: Stage): Promise<void> {
  enter(script, method, signal, stage);
  return takeSteps(script, method, signal, stage);
}

function enter({ name }: ScenarioService, method: Method, signal: AbortSignal, stage: Stage): void {
  stage.record(name, `${method}>`);
  if (signal.aborted) stage.record('tokens', `${name}.${method}`);
}

/** What comes before the first wait, the recorded end included, happens on the stack of the caller. */
function takeSteps(script: ScenarioService, method: Method, signal: AbortSignal, stage: Stage): Promise<void> {
  const lane = method === 'execute' ? `${script.name}.execute` : script.name;
  const failures: unknown[] = [];
  const ended = (async () => {
    try {
      for (const step of script[method] ?? []) {
        if (step.yield) await stage.hop();
        if (step.never) await new Promise(() => undefined);
        if (step.stopApplication) stage.stopApplication();
        if (step.throw !== undefined) throw new Error(step.throw);
        if (step.cancel) throw new OperationCanceledError();
        if (step.untilCancelled) {
          if (!signal.aborted) await new Promise<void>(resolve => onAbort(signal, resolve));
          stage.record(lane, `${method}^`);
          if (step.thenThrow !== undefined) throw new Error(step.thenThrow);
          if (!step.quiet) throw new OperationCanceledError(signal);
        }
      }
    } catch (error) {
      stage.record(lane, isCancellation(error) ? `${method}~` : `${method}! ${(error as Error).message}`);
      failures.push(error);
      throw error;
    }
    stage.record(lane, `${method}<`);
  })();
  if (failures.length === 0 || !stage.throwsSynchronously) return ended;
  markHandled(ended);
  throw failures[0];
}
