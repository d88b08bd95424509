import { defineCommand } from 'hostward/apphost';
import type { ResourceCommandDefinition } from '../../../../src/backchannel/apphost/commands/resource-command-definition.js';
import { OperationCanceledError } from '../../../../src/hosting/primitives/index.js';

/** The commands of the resource `custom` of the recorded application, as a program of ours declares them. */
export function recordedCommands(): readonly ResourceCommandDefinition[] {
  let isHealthy = true;
  return [
    defineCommand({ name: 'ok', displayName: 'Ok', description: 'Does nothing', execute: () => undefined }),
    defineCommand({ name: 'ok-message', displayName: 'Ok message', execute: () => ({ message: 'All good' }) }),
    defineCommand({ name: 'ok-text', displayName: 'Ok text', execute: () => ({ message: 'msg', value: 'plain result' }) }),
    defineCommand({ name: 'ok-json', displayName: 'Ok json', execute: () => ({ message: 'msg', value: '{"a":1}', format: 'json' }) }),
    defineCommand({ name: 'ok-md', displayName: 'Ok md', execute: () => ({ message: 'msg', value: '# Title', format: 'markdown', displayImmediately: true }) }),
    defineCommand({ name: 'fail', displayName: 'Fail', execute: () => ({ success: false, message: 'it failed' }) }),
    defineCommand({ name: 'fail-null', displayName: 'Fail null', execute: () => ({ success: false }) }),
    defineCommand({ name: 'fail-value', displayName: 'Fail value', execute: () => ({ success: false, message: 'it failed', value: 'details' }) }),
    defineCommand({
      name: 'throw',
      displayName: 'Throw',
      execute() {
        throw new Error('boom from command');
      },
    }),
    defineCommand({ name: 'cancel', displayName: 'Cancel', execute: () => ({ canceled: true }) }),
    defineCommand({
      name: 'slow',
      displayName: 'Slow',
      execute: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new OperationCanceledError(signal)))),
    }),
    defineCommand({ name: 'ui-only', displayName: 'UI only', visibility: 'UI', execute: () => ({ message: 'ui' }) }),
    defineCommand({ name: 'api-only', displayName: 'API only', visibility: 'Api', execute: () => ({ message: 'api' }) }),
    defineCommand({ name: 'disabled', displayName: 'Disabled', state: () => 'disabled', execute: () => ({ message: 'ran disabled' }) }),
    defineCommand({ name: 'hidden', displayName: 'Hidden', state: () => 'hidden', execute: () => ({ message: 'ran hidden' }) }),
    defineCommand({
      name: 'unhealthy',
      displayName: 'Toggle health',
      execute: () => {
        isHealthy = !isHealthy;
        return { message: isHealthy ? 'healthy' : 'unhealthy' };
      },
    }),
    defineCommand({ name: 'log', displayName: 'Log', execute: ({ logger }) => logger.information('a line of the command') }),
    defineCommand({
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
      execute: ({ arguments: values }) => ({
        message: 'args',
        value: Object.entries(values)
          .map(([name, value]) => `${name}=${value ?? ''}`)
          .join(';'),
      }),
    }),
  ];
}
