import { Deferred } from '../hosting/primitives/index.js';
import type { ICommandSelection, SelectedCommand } from '../backchannel/monitor/index.js';

/** Where and how this run of the command line happens. */
export interface CliExecutionContextOptions {
  readonly workingDirectory: string;
  readonly homeDirectory: string;
}

/**
 * One run of the command line: where it happens, and which command it turned out to be.
 *
 * @see Aspire.Cli.CliExecutionContext
 */
export class CliExecutionContext implements ICommandSelection {
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly #selected = new Deferred<SelectedCommand>();

  constructor({ workingDirectory, homeDirectory }: CliExecutionContextOptions) {
    this.workingDirectory = workingDirectory;
    this.homeDirectory = homeDirectory;
  }

  /** Settles with the command that runs; the monitor learns from it whether it is wanted. */
  get commandSelected(): Promise<SelectedCommand> {
    return this.#selected.promise;
  }

  /** Called by the command that runs, once it does. */
  selectCommand(command: SelectedCommand): void {
    this.#selected.resolve(command);
  }
}
