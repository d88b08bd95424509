import { delay } from 'hostward';
import { type CommandResult, defineCommand, type ResourceCommandDefinition } from 'hostward/apphost';

/** The 18 commands of the recorded resource `custom`. */
export function customCommands(toggleHealth: () => CommandResult): readonly ResourceCommandDefinition[] {
  const answering = (name: string, displayName: string, result: CommandResult): ResourceCommandDefinition => ({ name, displayName, execute: () => result });
  return [
    { name: 'ok', displayName: 'Ok', description: 'Does nothing', execute: () => undefined },
    answering('ok-message', 'Ok message', { message: 'All good' }),
    answering('ok-text', 'Ok text', { message: 'msg', value: 'plain result' }),
    answering('ok-json', 'Ok json', { message: 'msg', value: '{"a":1}', format: 'json' }),
    answering('ok-md', 'Ok md', { message: 'msg', value: '# Title', format: 'markdown', displayImmediately: true }),
    answering('fail', 'Fail', { success: false, message: 'it failed' }),
    answering('fail-null', 'Fail null', { success: false }),
    answering('fail-value', 'Fail value', { success: false, message: 'it failed', value: 'details' }),
    { name: 'throw', displayName: 'Throw', execute: boom },
    answering('cancel', 'Cancel', { success: false, canceled: true }),
    { name: 'slow', displayName: 'Slow', execute: ({ signal }) => delay(60_000, { signal }) },
    { ...answering('ui-only', 'UI only', { message: 'ui' }), visibility: 'UI' },
    { ...answering('api-only', 'API only', { message: 'api' }), visibility: 'Api' },
    { ...answering('disabled', 'Disabled', { message: 'ran disabled' }), state: () => 'disabled' },
    { ...answering('hidden', 'Hidden', { message: 'ran hidden' }), state: () => 'hidden' },
    { name: 'unhealthy', displayName: 'Toggle health', execute: toggleHealth },
    { name: 'log', displayName: 'Log', execute: ({ logger }) => logger.information('a line of the command log') },
    echoArguments,
  ];
}

const echoArguments = defineCommand({
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
  validate: ({ name }) => (name === 'bad' ? { name: 'Name is bad.' } : undefined),
  execute: ({ arguments: { name, count, color = '', force = '', token = '', locked = '' } }) => ({
    message: 'args',
    value: `name=${name};count=${count};color=${color};force=${force};token=${token};locked=${locked}`,
  }),
});

function boom(): never {
  throw new Error('boom from command');
}
