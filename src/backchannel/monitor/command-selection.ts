import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';

/** What the monitor needs to know of the command that runs. */
export interface SelectedCommand {
  /** As the user typed it: `mcp start`. */
  readonly name: string;
  /** Whether the command wants AppHosts to be watched for as long as it runs. */
  readonly watchesAppHosts: boolean;
}

/** How the monitor learns whether it is wanted. A program that registers none has no commands, and then the monitor always watches. */
export interface ICommandSelection {
  /** Settles when the command line has been understood. */
  readonly commandSelected: Promise<SelectedCommand>;
}

export const ICommandSelection: ServiceToken<ICommandSelection> = serviceToken('ICommandSelection');
