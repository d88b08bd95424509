import type { AppHostResource, ResourceLifecycle } from '../resources/resource.js';
import type { ResourceCommandDefinition } from './resource-command-definition.js';

type CommandState = 'enabled' | 'disabled' | 'hidden';

/** The states of a resource that count alike for its commands. */
type Phase = 'busy' | 'stopping' | 'stopped' | 'running';

/** Every other state is one in which it runs. */
const phases: ReadonlyMap<string, Phase> = new Map<string, Phase>([
  ['', 'busy'],
  ['Starting', 'busy'],
  ['Building', 'busy'],
  ['RuntimeUnhealthy', 'busy'],
  ['Stopping', 'stopping'],
  ['NotStarted', 'stopped'],
  ['Waiting', 'stopped'],
  ['Finished', 'stopped'],
  ['Exited', 'stopped'],
  ['FailedToStart', 'stopped'],
  ['Unknown', 'stopped'],
]);

interface LifecycleCommand {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** As the message of its success has it. */
  readonly done: string;
  /** What it may take, in units of the limit. */
  readonly timeouts: number;
  readonly states: Readonly<Record<Phase, CommandState>>;
  readonly run: (lifecycle: ResourceLifecycle, signal: AbortSignal) => Promise<void>;
}

const lifecycleCommands: readonly LifecycleCommand[] = [
  {
    name: 'start',
    displayName: 'Start',
    description: 'Start resource',
    done: 'started',
    timeouts: 1,
    states: { busy: 'disabled', stopping: 'hidden', stopped: 'enabled', running: 'hidden' },
    run: (lifecycle, signal) => lifecycle.start(signal),
  },
  {
    name: 'stop',
    displayName: 'Stop',
    description: 'Stop resource',
    done: 'stopped',
    timeouts: 1,
    states: { busy: 'hidden', stopping: 'disabled', stopped: 'hidden', running: 'enabled' },
    run: (lifecycle, signal) => lifecycle.stop(signal),
  },
  {
    name: 'restart',
    displayName: 'Restart',
    description: 'Restart resource',
    done: 'restarted',
    timeouts: 2,
    states: { busy: 'disabled', stopping: 'disabled', stopped: 'disabled', running: 'enabled' },
    run: async (lifecycle, signal) => {
      await lifecycle.stop(signal);
      await lifecycle.start(signal);
    },
  },
];

/**
 * The commands `start`, `stop` and `restart` of a resource that can be started and stopped; none for any other.
 *
 * Their states say what is offered, and stop nobody: a `stop` of what is stopped, and a `start` of what runs, succeed without doing anything.
 *
 * @param shownName what the messages call the resource
 * @param timeout what one start or stop may take, in milliseconds
 * @see Aspire.Hosting.ApplicationModel, CommandsConfigurationExtensions.AddLifeCycleCommands
 */
export function lifecycleCommandsOf({ lifecycle }: AppHostResource, shownName: string, timeout: number): readonly ResourceCommandDefinition[] {
  if (!lifecycle) return [];
  return lifecycleCommands.map(({ name, displayName, description, done, timeouts, states, run }) => ({
    name,
    displayName,
    description,
    timeout: timeout * timeouts,
    state: ({ state }) => states[phases.get(state ?? '') ?? 'running'],
    execute: async ({ signal }) => {
      await run(lifecycle, signal);
      return { message: `Successfully ${done} '${shownName}'.` };
    },
  }));
}
