import { constants } from 'node:os';
import { isCancellation, throwIfAborted, toError } from '../../../hosting/primitives/index.js';
import { RestartBudget, RestartLimitError } from '../../../hosting/restart-policy.js';
import { CancellationSource, delay, type TimeProvider } from '../../../hosting/time/index.js';
import type { ResourceLog } from '../logs/resource-log.js';
import type { IProcessLauncher, ProcessExit } from '../processes/index.js';
import { ResourceHealthPoll } from './declared-health.js';
import { DeclaredLifecycle } from './declared-lifecycle.js';
import { DeclaredResource, notWaiting } from './declared-resource.js';
import { shownArguments } from './executable-arguments.js';
import { environmentFor, shownEnvironment } from './executable-environment.js';
import type { ExecutableOptions } from './executable-options.js';
import { ExecutableRun } from './executable-run.js';
import type { ResourceFacts } from './resource-facts.js';
import { stopTimeoutOf } from './stop-timeout.js';

/** The exit code of what was stopped because somebody asked for it. */
const stoppedExitCode = -1;

/** What an {@link ExecutableResource} is made of. */
export interface ExecutableResourceParts {
  /** Names this instance. */
  readonly name: string;
  readonly displayName: string;
  readonly command: string;
  readonly options: ExecutableOptions;
  /** Absolute. */
  readonly workingDirectory: string;
  readonly launcher: IProcessLauncher;
  readonly timeProvider: TimeProvider;
  readonly log: ResourceLog;
}

/**
 * A child process as a resource: what it writes is its log, its end is its state.
 *
 * @see Aspire.Hosting.ApplicationModel.ExecutableResource, and the states that the orchestrator of the original gives it
 */
export class ExecutableResource extends DeclaredResource {
  readonly lifecycle: DeclaredLifecycle;
  readonly #health: ResourceHealthPoll | undefined;
  readonly #budget: RestartBudget | undefined;
  #run: ExecutableRun | undefined;
  #restart: CancellationSource | undefined;

  constructor(private readonly parts: ExecutableResourceParts) {
    super(parts, initialFacts(parts));
    const { displayName, options, timeProvider } = parts;
    const { healthCheck, restartPolicy, explicitStart = false } = options;
    this.lifecycle = new DeclaredLifecycle(
      { displayName, waitFor: this.dependencies.waitFor, hasExplicitStart: explicitStart },
      { isUp: () => this.#run !== undefined, start: signal => this.#start(signal), stop: hurry => this.#stop(hurry) },
    );
    this.#budget = restartPolicy && new RestartBudget(restartPolicy, timeProvider);
    if (!healthCheck) return;
    const onReport = (report: NonNullable<ResourceFacts['healthReports']>[number]) => this.update({ healthReports: [report] });
    this.#health = new ResourceHealthPoll({ ...options, name: `${displayName}_check`, check: healthCheck, timeProvider, onReport });
    this.update({ healthReports: [this.#health.initial] });
  }

  async #start(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    this.#cancelRestart();
    this.#budget?.reset();
    try {
      await this.#launch();
    } catch (error) {
      this.update(this.#failedFacts());
      throw error;
    }
  }

  async #launch(): Promise<void> {
    const { command, options, workingDirectory, launcher, timeProvider } = this.parts;
    const { args = [], environment = {}, stopSignal = 'SIGTERM' } = options;
    const shownArgs = shownArguments(args).args.map(arg => JSON.stringify(arg));
    const shown = `Cmd = ${command}, Args = [${shownArgs.join(', ')}]`;
    this.update({ ...this.#unstarted(), state: 'Starting', createdAt: this.now() });
    this.say(`Starting process...: ${shown}`);
    const request = { command, args, workingDirectory, environment: environmentFor(environment), stopSignal };
    const onLine = (text: string, isError: boolean) => this.write(text, isError);
    const say = (text: string, isError?: boolean) => this.say(text, isError);
    try {
      this.#follow(await ExecutableRun.start({ launcher, timeProvider, request, stopTimeout: stopTimeoutOf(options), onLine, say }));
    } catch (error) {
      this.say(`Failed to start a process: ${shown}, Error = ${toError(error).message}`, true);
      throw error;
    }
  }

  #follow(run: ExecutableRun): void {
    this.#run = run;
    this.update({ state: 'Running', startedAt: this.now(), properties: { 'executable.pid': run.pid } });
    void this.#health?.run(run.endedSignal);
    void run.exited.then(exit => this.lifecycle.inTurn(() => this.#onExited(run, exit)));
  }

  /** It has ended; unless that is what a stop was waiting for, by itself. Never rejects. */
  async #onExited(run: ExecutableRun, exit: ProcessExit): Promise<void> {
    if (this.#run !== run) return;
    try {
      await run.clear(this.lifecycle.hurry);
    } catch (error) {
      this.say(`What it has started cannot be ended: ${toError(error).message}`, true);
    }
    this.#run = undefined;
    const exitCode = exitCodeOf(exit);
    this.say(exit.signal ? `The process was ended by ${exit.signal}` : `The process has ended with exit code ${exitCode}`, exitCode !== 0);
    this.#finish({ state: 'Finished', exitCode, stoppedAt: this.now() }, exitCode !== 0);
  }

  async #stop(hurry: AbortSignal): Promise<void> {
    const wasRestarting = this.#cancelRestart();
    const run = this.#run;
    if (!run) {
      if (wasRestarting) this.update({ state: 'Finished', exitCode: stoppedExitCode });
      else if (this.facts.state === 'Waiting') this.update({ ...notWaiting, state: 'NotStarted' });
      return;
    }
    this.update({ state: 'Stopping' });
    try {
      await run.end(hurry);
    } catch (error) {
      this.say(`It could not be stopped: ${toError(error).message}`, true);
      this.update({ state: 'Running' });
      throw error;
    }
    this.#run = undefined;
    this.say('The process and all that it had started have ended');
    this.update({ state: 'Finished', exitCode: stoppedExitCode, stoppedAt: this.now() });
  }

  /** What comes after an end: another start, or the facts of the end. */
  #finish(facts: ResourceFacts, hasFailed: boolean): void {
    const budget = this.#budget;
    if (!budget?.applies(hasFailed) || this.lifecycle.isClosed) return this.update(facts);
    const milliseconds = budget.next();
    if (milliseconds === undefined) {
      this.say(new RestartLimitError(this.displayName, budget.count, undefined).message, true);
      return this.update(facts);
    }
    this.say(`It is started again in ${milliseconds} ms; restart ${budget.count}`);
    // Without an exit code, which would say that it has ended for good.
    this.update({ ...this.#unstarted(), state: 'Waiting', stoppedAt: this.now() });
    const restart = new CancellationSource();
    this.#restart = restart;
    void this.#startAgain(milliseconds, restart);
  }

  async #startAgain(milliseconds: number, restart: CancellationSource): Promise<void> {
    try {
      await delay(milliseconds, { timeProvider: this.timeProvider, signal: restart.signal });
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    await this.lifecycle.inTurn(async () => {
      // Somebody may have started or stopped it while this was waiting for its turn.
      if (this.#restart !== restart || this.lifecycle.isClosed) return;
      this.#restart = undefined;
      try {
        await this.#launch();
      } catch {
        this.#finish(this.#failedFacts(), true);
      }
    });
  }

  /** @returns whether there was one to come */
  #cancelRestart(): boolean {
    const restart = this.#restart;
    this.#restart = undefined;
    restart?.cancel();
    return restart !== undefined;
  }

  #unstarted(): ResourceFacts {
    const healthReports = this.#health ? [this.#health.initial] : [];
    const properties = { ...notWaiting.properties, 'executable.pid': null };
    return { ...notWaiting, exitCode: null, startedAt: null, stoppedAt: null, healthReports, properties };
  }

  #failedFacts(): ResourceFacts {
    const now = this.now();
    return { state: 'FailedToStart', startedAt: now, stoppedAt: now };
  }
}

function initialFacts({ command, options, workingDirectory }: ExecutableResourceParts): ResourceFacts {
  const { args, sensitivity } = shownArguments(options.args ?? []);
  return {
    resourceType: 'Executable',
    state: 'NotStarted',
    environmentVariables: shownEnvironment(options.environment ?? {}),
    properties: {
      'executable.path': command,
      'executable.workDir': workingDirectory,
      // The original has them in the next one, too, and nothing here.
      'executable.args': null,
      'executable.pid': null,
      'resource.appArgs': args,
      'resource.appArgsSensitivity': sensitivity,
    },
  };
}

/** As shells tell it, for what was ended by a signal: 128 and the number of the signal. */
function exitCodeOf({ exitCode, signal }: ProcessExit): number {
  return exitCode ?? 128 + (signal ? constants.signals[signal] : 0);
}
