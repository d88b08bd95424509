import { TimeProvider } from 'hostward';
import { describeCommands } from '../../../../src/backchannel/apphost/commands/describe-commands.js';
import { mandatoryRequest } from '../../../../src/backchannel/apphost/methods/method-shapes.js';
import { readExecuteResourceCommandRequest } from '../../../../src/backchannel/contract/index.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { settle } from '../../rpc/raw-peer.js';
import { serve } from '../../rpc/serve.js';
import { recordedCommands } from '../../../support/recorded-commands.js';
import { recordedRows, recordingNames } from '../../../support/recording-files.js';
import { FakeResource } from '../fake-resource.js';
import { CommandScene, FakeLifecycleResource } from './command-scene.js';

expectNoLeaks();

const method = 'ExecuteResourceCommandAsync';

interface Exchange {
  readonly request: { readonly id: number; readonly params: unknown };
  readonly answer: any;
}

/** What the answer of ours has in the place of something that was recorded, and why. */
interface Difference {
  readonly reason: string;
  readonly ours: unknown;
}

const ownText = 'the texts of refused parameters are our own, only the code is the same';
const typed = 'a command gets numbers and booleans, and not the texts that mean them';
const stateCounts = 'a command of the program that is disabled or hidden does not run';

/** By file and id. */
const differences: Readonly<Record<string, Difference>> = {
  'raw/execute 5': { reason: ownText, ours: { code: -32602 } },
  'raw/execute 6': { reason: ownText, ours: { code: -32602 } },
  'raw/execute 7': { reason: 'a name that is null is a parameter that does not fit, and no failure of the call', ours: { code: -32602 } },
  'raw/execute 9': { reason: ownText, ours: { code: -32602 } },
  'raw/execute 10': { reason: ownText, ours: { code: -32602 } },
  'raw/execute 11': { reason: 'the same code, with a text of our own', ours: { code: -32000 } },
  'raw/execute 19': { reason: typed, ours: { value: { value: 'name=bob;count=1000;color=;force=;token=;locked=' } } },
  'raw/execute 27': { reason: typed, ours: { value: { value: 'name=bob;count=3;color=;force=true;token=;locked=' } } },
  'cli/resource-badcmd-start 5': { reason: 'what did not start is no success', ours: { success: false, message: 'spawn nosuch ENOENT' } },
  'cli/resource-custom-disabled 5': {
    reason: stateCounts,
    ours: { success: false, message: "Command 'disabled' of resource 'custom' cannot run at present: it is disabled." },
  },
  'cli/resource-custom-hidden 5': {
    reason: stateCounts,
    ours: { success: false, message: "Command 'hidden' of resource 'custom' cannot run at present: it is hidden." },
  },
  'cli/resource-custom-healthy 5': { reason: 'the command toggles, and here each recording has an application of its own', ours: { message: 'unhealthy' } },
};

describe('the commands of the recorded application', () => {
  const names = ['raw/execute', ...recordingNames('cli/resource-')];

  it.each(names)('are answered as in %s, but for the differences in the table', async name => {
    using scene = new CommandScene();
    const find = createResources(scene.time);
    await using served = serve({
      [method]: mandatoryRequest(readExecuteResourceCommandRequest, (request, { signal }) =>
        scene.executor.execute(find(request.resourceName), request, signal),
      ),
    });
    for (const { request, answer } of exchangesIn(name)) {
      const ours = await served.peer.call(method, request.params, request.id);
      const difference = differences[`${name} ${request.id}`];
      expect({ id: request.id, ...outcomeOf(ours) }).toEqual({ id: request.id, ...expectedOf(outcomeOf(answer), difference) });
    }
  });

  it('are 47 requests in raw/execute, and each difference is one of them or of the command line', () => {
    const all = names.flatMap(name => exchangesIn(name).map(({ request }) => `${name} ${request.id}`));
    expect(all.filter(name => name.startsWith('raw/'))).toHaveLength(47);
    expect(Object.keys(differences).filter(name => !all.includes(name))).toEqual([]);
  });

  it('are described as they were recorded', () => {
    const recorded = recordedRows('cli/describe-json').find(line => line.for === 'GetResourcesAsync').message.result.resources;
    const commandsOf = (displayName: string) => recorded.find((resource: any) => resource.displayName === displayName).commands;
    expect(describeCommands(new FakeResource('custom', { state: 'Running' }, { commands: commandsOn(TimeProvider.system) }))).toEqual(commandsOf('custom'));
    for (const { displayName, state } of recorded.filter((resource: any) => resource.resourceType === 'Executable' && resource.commands.length > 0))
      expect({ displayName, commands: describeCommands(new FakeLifecycleResource('x', { state }, {})) }).toEqual({
        displayName,
        commands: commandsOf(displayName),
      });
  });

  it('are cancelled as in raw/execute-cancel', async () => {
    using scene = new CommandScene();
    const find = createResources(scene.time);
    await using served = serve({
      [method]: mandatoryRequest(readExecuteResourceCommandRequest, (request, { signal }) =>
        scene.executor.execute(find(request.resourceName), request, signal),
      ),
    });
    const [exchange] = exchangesIn('raw/execute-cancel');
    served.peer.send(exchange!.request);
    await settle();
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: exchange!.request.id } });
    expect(outcomeOf(await served.peer.next())).toEqual(outcomeOf(exchange!.answer));
  });

  it('have the states that were recorded for each state of an executable', () => {
    const recorded = new Map<string, string>();
    for (const line of recordingNames().flatMap(recordedRows)) collectStates(line.message?.result, recorded);
    const ours = new Map(
      [...recorded.keys()].map(state => [state, statesOf(describeCommands(new FakeLifecycleResource('x', { state: JSON.parse(state) }, {})))]),
    );
    expect(ours).toEqual(recorded);
    expect([...recorded.keys()].sort()).toEqual([
      '""',
      '"FailedToStart"',
      '"Finished"',
      '"NotStarted"',
      '"Running"',
      '"Starting"',
      '"Stopping"',
      '"Waiting"',
      'null',
    ]);
  });
});

const commandsOn = (timeProvider: TimeProvider) => recordedCommands({ timeProvider, toggleHealth: () => false });

function createResources(timeProvider: TimeProvider): (name: string) => FakeResource | undefined {
  const start = async () => {
    throw new Error('spawn nosuch ENOENT');
  };
  const resources = [
    new FakeResource('custom', { state: 'Running' }, { commands: commandsOn(timeProvider) }),
    new FakeLifecycleResource('sleeper-abcdefgh', { state: 'Running' }, {}, { displayName: 'sleeper' }),
    new FakeLifecycleResource('manual-abcdefgh', { state: 'NotStarted' }, {}, { displayName: 'manual' }),
    new FakeLifecycleResource('badcmd-abcdefgh', { state: 'FailedToStart' }, { start }, { displayName: 'badcmd' }),
    // A replica is called by the name of the instance.
    new FakeLifecycleResource('replicated-mzhawgud', { state: 'Running' }, {}),
  ];
  return name => resources.find(resource => [resource.name, resource.displayName].includes(name.toLowerCase()));
}

function expectedOf(recorded: any, difference: Difference | undefined): any {
  if (!difference) return recorded;
  const ours = difference.ours as any;
  if ('code' in ours) return { code: ours.code, message: expect.any(String) };
  const message = 'message' in ours ? { message: ours.message, errorMessage: ours.message } : {};
  return { ...recorded, ...ours, ...message, ...(ours.value && { value: { ...recorded.value, ...ours.value } }) };
}

/** The error's type and stack are not sent by ours. */
function outcomeOf({ result, error }: any): any {
  return error ? { code: error.code, message: error.message } : result;
}

function exchangesIn(name: string): Exchange[] {
  const lines = recordedRows(name);
  return lines
    .filter(line => line.kind === 'request' && line.message.method === method)
    .map(({ message }) => ({ request: message, answer: lines.find(line => line.for === method && line.message.id === message.id).message }));
}

function collectStates(value: unknown, found: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { commands, resourceType, state } = value as any;
  if (Array.isArray(commands) && commands.length > 0 && resourceType === 'Executable') {
    const known = found.get(JSON.stringify(state)) ?? statesOf(commands);
    expect(statesOf(commands)).toBe(known);
    found.set(JSON.stringify(state), known);
  } else for (const item of Object.values(value)) collectStates(item, found);
}

function statesOf(commands: readonly { readonly name: string; readonly state: string }[]): string {
  return commands.map(({ name, state }) => `${name} ${state}`).join(', ');
}
