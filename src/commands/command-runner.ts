import { BackgroundService } from '../hosting/background-service.js';
import { inject, IServiceProvider } from '../hosting/dependency-injection/index.js';
import { IHostApplicationLifetime } from '../hosting/host-application-lifetime.js';
import { isCancellation } from '../hosting/primitives/index.js';
import { CliCommand, exitCodes } from './cli-command.js';
import { CliExecutionContext } from './cli-execution-context.js';

/** Runs the selected command when the host has started, and stops the host when the command is done. */
export class CommandRunner extends BackgroundService {
  constructor(
    @inject(CliCommand) private readonly command: CliCommand,
    @inject(CliExecutionContext) private readonly context: CliExecutionContext,
    @inject(IServiceProvider) private readonly services: IServiceProvider,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
  ) {
    super();
  }

  protected async execute(stopping: AbortSignal): Promise<void> {
    this.context.selectCommand(this.command);
    const exitCode = await this.#runCommand(stopping);
    this.lifetime.stopApplication({ exitCode });
  }

  async #runCommand(stopping: AbortSignal): Promise<number> {
    try {
      return await this.command.run(this.services, stopping);
    } catch (error) {
      if (stopping.aborted && isCancellation(error)) return exitCodes.success;
      throw error;
    }
  }
}
