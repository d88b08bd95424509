import { delay, type TimeProvider } from 'hostward';
import { type CommandContext, type CommandResult, defineCommand, type McpTool, type ResourceCommandDefinition } from 'hostward/apphost';

/** What the commands of the recorded resource `custom` act on. */
export interface CommandSurroundings {
  readonly timeProvider: TimeProvider;
  /** Makes the resource healthy or unhealthy; returns which. */
  toggleHealth(context: CommandContext): boolean;
}

/** The 18 commands of the recorded resource `custom`, in its order. */
export function recordedCommands({ timeProvider, toggleHealth }: CommandSurroundings): ResourceCommandDefinition[] {
  const plain = (name: string, displayName: string, result: () => CommandResult | void, options: Partial<ResourceCommandDefinition> = {}) =>
    defineCommand({ ...options, name, displayName, execute: result });
  return [
    plain('ok', 'Ok', () => undefined, { description: 'Does nothing' }),
    plain('ok-message', 'Ok message', () => ({ message: 'All good' })),
    plain('ok-text', 'Ok text', () => ({ message: 'msg', value: 'plain result' })),
    plain('ok-json', 'Ok json', () => ({ message: 'msg', value: '{"a":1}', format: 'json' })),
    plain('ok-md', 'Ok md', () => ({ message: 'msg', value: '# Title', format: 'markdown', displayImmediately: true })),
    plain('fail', 'Fail', () => ({ success: false, message: 'it failed' })),
    plain('fail-null', 'Fail null', () => ({ success: false })),
    plain('fail-value', 'Fail value', () => ({ success: false, message: 'it failed', value: 'details' })),
    plain('throw', 'Throw', () => {
      throw new Error('boom from command');
    }),
    plain('cancel', 'Cancel', () => ({ success: false, canceled: true })),
    defineCommand({ name: 'slow', displayName: 'Slow', execute: ({ signal }) => delay(30_000, { timeProvider, signal }) }),
    plain('ui-only', 'UI only', () => ({ message: 'ui' }), { visibility: 'UI' }),
    plain('api-only', 'API only', () => ({ message: 'api' }), { visibility: 'Api' }),
    plain('disabled', 'Disabled', () => ({ message: 'ran disabled' }), { state: () => 'disabled' }),
    plain('hidden', 'Hidden', () => ({ message: 'ran hidden' }), { state: () => 'hidden' }),
    defineCommand({ name: 'unhealthy', displayName: 'Toggle health', execute: context => ({ message: toggleHealth(context) ? 'healthy' : 'unhealthy' }) }),
    defineCommand({ name: 'log', displayName: 'Log', execute: ({ logger }) => logger.information('logged by the command') }),
    argsCommand,
  ];
}

const argsCommand = defineCommand({
  name: 'args',
  displayName: 'Args',
  description: 'Echo the arguments',
  arguments: {
    name: { type: 'text', label: 'Name', required: true, placeholder: 'who', maxLength: 10 },
    count: { type: 'number', default: 3 },
    color: { type: 'choice', options: { r: 'Red', g: 'Green' } },
    force: { type: 'boolean' },
    token: { type: 'secret', description: 'A *secret*', enableDescriptionMarkdown: true },
    locked: { type: 'text', disabled: true },
  },
  validate: ({ name }) => (name === 'bad' ? { name: 'Name is bad.' } : {}),
  execute: ({ arguments: { name, count, color, force, token, locked } }) => {
    const shown = Object.entries({ name, count, color, force, token, locked }).map(([key, value]) => `${key}=${value ?? ''}`);
    return { message: 'args', value: shown.join(';') };
  },
});

/** The tools of the MCP server of the recorded resource `web`. */
export const recordedTools: readonly McpTool[] = [
  {
    name: 'echo',
    title: 'Echo',
    description: 'Echoes text',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    annotations: { readOnlyHint: true },
    call: ({ text }) => ({ content: [{ type: 'text', text: `echo: ${String(text)}` }], structuredContent: { text } }),
  },
  {
    name: 'fail',
    description: 'Fails',
    inputSchema: { type: 'object', properties: {} },
    call: () => {
      throw new Error('tool failed');
    },
  },
];
