import type { CommandContext } from './command-context.js';

const labels: Readonly<Record<string, string>> = { healthy: 'healthy', up: 'up (running)', down: 'down' };

/** `wait`: until a resource is as it should be. */
export async function wait({ line, output, connect, time }: CommandContext): Promise<number> {
  const [resourceName = ''] = line.positionals;
  const { status = 'healthy', timeout = '120' } = line.options;
  const timeoutSeconds = Number(timeout);
  if (timeoutSeconds <= 0) {
    output.error('Timeout must be a positive number of seconds.');
    return 1;
  }
  const connection = await connect();
  const label = labels[String(status)];
  output.say(`Waiting for resource '${resourceName}' to be ${label}...`);
  const began = time.getTimestamp();
  const response = await connection.waitForResource({ resourceName, status: String(status), timeoutSeconds });
  const seconds = (time.getElapsedMilliseconds(began) / 1000).toFixed(1);
  output.say('');
  if (response.success) {
    output.success(`Resource '${resourceName}' is ${label}. (${seconds}s)`);
    return 0;
  }
  if (response.resourceNotFound) output.error(`Resource '${resourceName}' was not found.`);
  else if (response.timedOut) output.error(`Timed out waiting for resource '${resourceName}' to be ${label} after ${timeoutSeconds}s.`);
  else output.error(`Resource '${resourceName}' entered a failed state: ${response.state ?? response.errorMessage}`);
  return response.timedOut ? 17 : 18;
}
