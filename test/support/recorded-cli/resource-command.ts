import type { CommandContext } from './command-context.js';
import { optionName, readCommandArguments } from './command-arguments.js';
import { resolveResources } from './resource-names.js';

/** Progress, base and past form of the commands that every resource has. */
const wellKnown: Readonly<Record<string, readonly [string, string, string]>> = {
  start: ['Starting', 'start', 'started'],
  stop: ['Stopping', 'stop', 'stopped'],
  restart: ['Restarting', 'restart', 'restarted'],
  rebuild: ['Rebuilding', 'rebuild', 'rebuilt'],
};

/** `resource`: a command of a resource. */
export async function resource({ line, output, connect }: CommandContext): Promise<number> {
  const [resourceName = '', commandName = ''] = line.positionals;
  const connection = await connect();
  const all = await connection.getResources({ includeHidden: line.options['include-hidden'] === true });
  const [meant] = resolveResources(resourceName, all);
  const declared = meant?.commands.find(({ name }) => name === commandName)?.argumentInputs ?? [];
  const { values, problems } = readCommandArguments(line.rest, declared);
  if (problems.length > 0) {
    output.error(problems.join('\n'));
    return 1;
  }
  const words = wellKnown[commandName];
  output.say(words ? `${words[0]} resource '${resourceName}'...` : `Validating and executing command '${commandName}' on resource '${resourceName}'...`);
  const request = { resourceName, commandName, ...(values && Object.keys(values).length > 0 && { arguments: values }) };
  const response = await connection.executeResourceCommand(request);
  if (response.canceled) {
    output.warning(words ? `${words[0]} command for '${resourceName}' was canceled.` : `Command '${commandName}' on '${resourceName}' was canceled.`);
    return 16;
  }
  if (response.value) output.result(`${response.value.format === 'markdown' ? plainText(response.value.value) : response.value.value}\n`);
  if (response.success) {
    output.success(
      words ? `Resource '${resourceName}' ${words[2]} successfully.` : `Command '${commandName}' executed successfully on resource '${resourceName}'.`,
    );
    return 0;
  }
  output.error(failureText(response, resourceName, commandName));
  return 16;
}

type Response = Awaited<ReturnType<Awaited<ReturnType<CommandContext['connect']>>['executeResourceCommand']>>;

function failureText({ validationErrors, message, errorMessage }: Response, resourceName: string, commandName: string): string {
  const words = wellKnown[commandName];
  if (validationErrors.length > 0) {
    const lines = validationErrors.map(error => `${optionName(error.argumentName)}: ${error.errorMessage}`);
    return [`Failed to validate command arguments for command '${commandName}' on resource '${resourceName}':`, ...lines].join('\n');
  }
  const reason = message ?? errorMessage ?? 'Unknown error occurred.';
  return words
    ? `Failed to ${words[1]} resource '${resourceName}': ${reason}`
    : `Failed to execute command '${commandName}' on resource '${resourceName}': ${reason}`;
}

/** Markdown where no terminal could show it: headings without their marks. */
function plainText(markdown: string): string {
  return markdown.replace(/^#+ /gm, '');
}
