import {
  addSystemd,
  type HostApplicationBuilder,
  IHostLifetime,
  ISystemdNotifier,
  isSystemdService,
  NullLifetime,
  type ProcessOrigin,
  ServiceCollection,
  SystemdLifetime,
} from 'hostward';
import { benchOf } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** A process on Linux that a shell has started. */
const origin = (env: ProcessOrigin['env'] = {}): ProcessOrigin => ({ platform: 'linux', pid: 42, ppid: 7, env, nameOf: () => 'bash' });

const lifetimeWith = async (configure: (builder: HostApplicationBuilder) => unknown) => {
  await using bench = benchOf({}, { configure });
  return bench.host.services.getRequiredService(IHostLifetime);
};

describe('UseSystemdTests', () => {
  it('DefaultsToOffOutsideOfService: a host in a process of its own keeps its lifetime', async () => {
    expect(await lifetimeWith(({ services }) => addSystemd(services))).toBeInstanceOf(NullLifetime);
    expect(await lifetimeWith(({ services }) => addSystemd(services, origin({ SYSTEMD_EXEC_PID: '42' })))).toBeInstanceOf(SystemdLifetime);
  });

  it('ServiceCollectionExtensionMethodDefaultsToOffOutsideOfService: nothing is registered outside of systemd', () => {
    const services = new ServiceCollection();
    expect(addSystemd(services, origin())).toBe(services);
    expect([services.count, services.has(ISystemdNotifier)]).toEqual([0, false]);
  });
});

describe('SystemdHelpersTests', () => {
  it('IsSystemdServiceReturnsTrueWhenSystemdExecPidMatchesCurrentProcessId: systemd has executed this process', () => {
    expect(isSystemdService(origin({ SYSTEMD_EXEC_PID: '42' }))).toBe(true);
  });

  it('IsSystemdServiceReturnsFalseWhenSystemdExecPidDoesNotMatchOutsideSystemdSession: systemd has executed an ancestor', () => {
    expect(isSystemdService(origin({ SYSTEMD_EXEC_PID: '2147483647' }))).toBe(false);
  });

  it('IsSystemdServiceReturnsFalseWhenSystemdExecPidIsAbsent: nothing tells of systemd', () => {
    expect(isSystemdService(origin())).toBe(false);
  });

  it.each(['not-a-pid', '', '42x', '4 2'])('IsSystemdServiceReturnsFalseWhenSystemdExecPidIsMalformed: %p is no process', value => {
    expect(isSystemdService(origin({ SYSTEMD_EXEC_PID: value }))).toBe(false);
  });

  it('IsSystemdServiceCachesFirstEvaluation: what a program is was settled when it was registered, whatever its environment says later', async () => {
    const env: Record<string, string> = { SYSTEMD_EXEC_PID: '42' };
    const lifetime = await lifetimeWith(({ services }) => {
      addSystemd(services, origin(env));
      env.SYSTEMD_EXEC_PID = '2147483647';
    });
    expect(lifetime).toBeInstanceOf(SystemdLifetime);
  });
});
