import { type ServiceToken, serviceToken } from './dependency-injection/index.js';
import type { ILogger } from './logging/index.js';
import { createAbortController } from './primitives/abort.js';
import { ArgumentOutOfRangeError, onDispose, toError } from './primitives/index.js';

/** Options of {@link IHostApplicationLifetime.stopApplication}. */
export interface StopApplicationOptions {
  /** What `runHost` returns when nothing fails afterwards, 0 to 255; the first stop that names one wins. Default: 0. */
  readonly exitCode?: number;
}

/**
 * The three moments in the life of an application, each at most once, and the way to end it.
 *
 * Callbacks run last registered first, all of them even when some throw; one that is registered after the moment runs at once.
 *
 * @see Microsoft.Extensions.Hosting.IHostApplicationLifetime
 */
export interface IHostApplicationLifetime {
  /** Fires when all hosted services have started. */
  readonly applicationStarted: AbortSignal;
  /** Fires when the application begins to stop. */
  readonly applicationStopping: AbortSignal;
  /** Fires when all hosted services have stopped. */
  readonly applicationStopped: AbortSignal;
  onStarted(callback: () => void): Disposable;
  onStopping(callback: () => void): Disposable;
  onStopped(callback: () => void): Disposable;
  /** The exit code that a stop has named so far. */
  readonly exitCode: number | undefined;
  /**
   * Begins the end: runs the stopping callbacks and returns. Whoever awaits `run` or `waitForShutdown` then stops the services.
   *
   * @throws ArgumentOutOfRangeError for an exit code that no process can have; the application is not stopped then
   */
  stopApplication(options?: StopApplicationOptions): void;
}

export const IHostApplicationLifetime: ServiceToken<IHostApplicationLifetime> = serviceToken('IHostApplicationLifetime');

/** The lifetime that the host drives. */
export class ApplicationLifetime implements IHostApplicationLifetime {
  readonly #started = new LifetimeEvent();
  readonly #stopping = new LifetimeEvent();
  readonly #stopped = new LifetimeEvent();
  #exitCode: number | undefined;

  constructor(private readonly logger: ILogger) {}

  get applicationStarted(): AbortSignal {
    return this.#started.signal;
  }

  get applicationStopping(): AbortSignal {
    return this.#stopping.signal;
  }

  get applicationStopped(): AbortSignal {
    return this.#stopped.signal;
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  onStarted(callback: () => void): Disposable {
    return this.#started.register(callback);
  }

  onStopping(callback: () => void): Disposable {
    return this.#stopping.register(callback);
  }

  onStopped(callback: () => void): Disposable {
    return this.#stopped.register(callback);
  }

  stopApplication({ exitCode }: StopApplicationOptions = {}): void {
    // Of 256 the system would make the 0 of a success.
    if (exitCode !== undefined && !(Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= 255))
      throw new ArgumentOutOfRangeError('exitCode', exitCode, 'an integer from 0 to 255');
    this.#exitCode ??= exitCode;
    this.#fire(this.#stopping, 7, 'ApplicationStoppingException', 'An error occurred stopping the application');
  }

  notifyStarted(): void {
    this.#fire(this.#started, 6, 'ApplicationStartupException', 'An error occurred starting the application');
  }

  notifyStopped(): void {
    this.#fire(this.#stopped, 8, 'ApplicationStoppedException', 'An error occurred stopping the application');
  }

  #fire(event: LifetimeEvent, id: number, name: string, message: string): void {
    const errors = event.fire();
    if (errors.length > 0) this.logger.log('critical', { id, name }, new AggregateError(errors, 'One or more errors occurred.'), message);
  }
}

/** A moment that comes once: a signal, and callbacks in .NET's order, which an `AbortSignal` alone cannot give. */
class LifetimeEvent {
  readonly #controller = createAbortController();
  readonly #callbacks: (() => void)[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  register(callback: () => void): Disposable {
    if (this.signal.aborted) {
      callback();
      return onDispose(() => undefined);
    }
    const entry = () => callback();
    this.#callbacks.push(entry);
    return onDispose(() => {
      const index = this.#callbacks.indexOf(entry);
      if (index >= 0) this.#callbacks.splice(index, 1);
    });
  }

  /** Runs everything that is registered, once, and returns what was thrown. */
  fire(): Error[] {
    if (this.signal.aborted) return [];
    this.#controller.abort();
    const errors: Error[] = [];
    for (let callback = this.#callbacks.pop(); callback; callback = this.#callbacks.pop()) {
      try {
        callback();
      } catch (error) {
        errors.push(toError(error));
      }
    }
    return errors;
  }
}
