import { type ServiceCollection, TimeProvider } from 'hostward';
import { addResource, type CommandContext, IResourceHandle, type ResourceUpdate } from 'hostward/apphost';
import { recordedCommands } from '../../../support/recorded-commands.js';

const healthy = { name: 'toggle', status: 'healthy', description: 'fine' } as const;
const unhealthy = {
  name: 'toggle',
  status: 'unhealthy',
  description: 'toggled off',
  exceptionText: 'System.InvalidOperationException: toggle exception',
} as const;

/** The recorded resource `custom`, which is of a type of its own and has something of everything. */
export function addCustom(services: ServiceCollection): void {
  let isHealthy = true;
  const toggleHealth = ({ services: all }: CommandContext) => {
    isHealthy = !isHealthy;
    all.getRequiredKeyedService(IResourceHandle, 'custom').update({ health: isHealthy ? healthy : unhealthy });
    return isHealthy;
  };
  const commands = recordedCommands({ timeProvider: TimeProvider.system, toggleHealth });
  addResource(services, 'custom', { resourceType: 'MyCustom', initialState: initialState(), commands });
}

function initialState(): ResourceUpdate {
  const startedAt = new Date();
  return {
    stateStyle: 'success',
    createdAt: startedAt,
    startedAt,
    health: healthy,
    volumes: [
      { source: '/src', target: '/dst', mountType: 'bind', isReadOnly: true },
      { target: '/data', mountType: 'volume' },
    ],
    environmentVariables: [
      { name: 'E1', value: 'v1' },
      { name: 'E2', isFromSpec: false },
    ],
    properties: {
      text: 'abc',
      number: 42,
      big: 9007199254740992,
      dbl: 1.5,
      flag: true,
      off: false,
      list: ['a', 'b'],
      nothing: null,
      secret: 'hidden by its name',
      date: '01/02/2026 03:04:05',
      guid: '11111111-2222-3333-4444-555555555555',
      obj: { k: 'v' },
    },
  };
}
