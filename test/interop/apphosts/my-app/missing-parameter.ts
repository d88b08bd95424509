import { fromKeyed, type IHostedService, inject } from 'hostward';
import { IResourceHandle } from 'hostward/apphost';

/** Says in the log of the parameter `missing` what it lacks. */
export class MissingParameter implements IHostedService {
  constructor(@inject(IResourceHandle) @fromKeyed('missing') private readonly parameter: IResourceHandle) {}

  async start(): Promise<void> {
    const { Value: problem } = this.parameter.facts.properties ?? {};
    const exception = `Aspire.Hosting.MissingParameterValueException: ${String(problem)}`;
    this.parameter.log(`Failed to initialize parameter resource missing.\n${exception}`, true);
  }

  async stop(): Promise<void> {}
}
