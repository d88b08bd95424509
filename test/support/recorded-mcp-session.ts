import type { AppHostConnection, ExecuteResourceCommandResponse } from 'hostward/backchannel';
import { describedResource } from './recorded-cli/described-resource.js';
import { optionName } from './recorded-cli/command-arguments.js';
import { mergeByTime, toLogLine, withoutControlSequences } from './recorded-cli/log-lines.js';

/** What a tool of the CLI's MCP server answers; undefined for a tool that asks no AppHost. */
export async function answerTool(connection: AppHostConnection, name: string, args: any): Promise<object | undefined> {
  switch (name) {
    case 'list_resources':
      return text(await resourceData(connection));
    case 'list_console_logs':
      return text(await consoleLogs(connection, args.resourceName));
    case 'execute_resource_command':
      await connection.getResources({ includeHidden: true });
      return commandAnswer(await connection.executeResourceCommand(args), args);
    case 'web_echo':
      return toolAnswer(connection, args);
    case 'list_structured_logs':
    case 'list_traces':
      return telemetryAnswer(connection);
    default:
      return undefined;
  }
}

async function resourceData(connection: AppHostConnection): Promise<string> {
  const urls = connection.getDashboardUrls();
  const resources = await connection.getResources({ includeHidden: true });
  const dashboardUrl = (await urls)?.baseUrlWithLoginToken;
  return JSON.stringify(
    resources.map(resource => toSnakeCase(withoutValues(describedResource(resource, resources, dashboardUrl)))),
    undefined,
    2,
  );
}

async function consoleLogs(connection: AppHostConnection, resourceName: string): Promise<string> {
  await connection.getResources({ includeHidden: true });
  const lines = [];
  for await (const line of connection.getResourceLogs(resourceName)) lines.push(toLogLine(line, resourceName));
  const contents = mergeByTime(lines).map(({ content }) => withoutControlSequences(content));
  return `Returned ${contents.length} console logs.\n\n# CONSOLE LOGS\n\n\`\`\`plaintext\n${contents.join('\n')}\n\`\`\``;
}

function commandAnswer({ success, value, message, validationErrors }: ExecuteResourceCommandResponse, { commandName, resourceName }: any): object {
  if (success) {
    const done = `Command '${commandName}' executed successfully on resource '${resourceName}'.`;
    return { content: [done, ...(value ? [value.value] : [])].map(each => ({ type: 'text', text: each })) };
  }
  const reasons = validationErrors.map(error => `\n${optionName(error.argumentName)}: ${error.errorMessage}`);
  return { ...text(`Command '${commandName}' failed for resource '${resourceName}': ${message}${reasons.join('')}`), isError: true };
}

async function toolAnswer(connection: AppHostConnection, args: any): Promise<object> {
  const { content, structuredContent } = await connection.callResourceMcpTool('web', 'echo', args);
  return { content, structuredContent };
}

async function telemetryAnswer(connection: AppHostConnection): Promise<object> {
  const dashboard = await connection.getDashboardInfo();
  return { hasDashboard: (dashboard?.apiBaseUrl ?? null) !== null };
}

function text(value: string): { readonly content: readonly object[] } {
  return { content: [{ type: 'text', text: value }] };
}

/** The values of environment variables are not told. */
function withoutValues(resource: object): object {
  const { environment } = resource as { environment: object };
  return { ...resource, environment: Object.fromEntries(Object.keys(environment).map(name => [name, null])) };
}

/** Names of members in snake case; those in dictionaries are data. */
function toSnakeCase(value: unknown, isDictionary = false): unknown {
  if (Array.isArray(value)) return value.map(item => toSnakeCase(item));
  if (typeof value !== 'object' || value === null) return value;
  const snake = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (['properties', 'environment', 'options'].includes(name) && !isDictionary) return [name, member];
      return [isDictionary ? name : snake(name), toSnakeCase(member, !isDictionary && ['healthReports', 'commands'].includes(name))];
    }),
  );
}
