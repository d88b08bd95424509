import { relative } from 'node:path';
import type { CommandContext } from './command-context.js';

/** `stop` of one AppHost, by a signal to the process that it says it is; the connection tells that it went. */
export async function stop({ output, connect }: CommandContext, workingDirectory: string): Promise<number> {
  const connection = await connect();
  const name = relative(workingDirectory, connection.information?.appHostPath ?? '');
  output.say('Scanning for running AppHosts...');
  output.say(`📦 Found running AppHost: ${name}`);
  output.say(`🛑 Sending stop signal to ${name}...`);
  output.say(`Stopping ${name}...`);
  const problem = await connection.closed;
  output.say('');
  if (problem) output.error(`Failed to stop ${name}.`);
  else output.success(`${name} stopped successfully.`);
  return problem ? 2 : 0;
}
