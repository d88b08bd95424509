import { ServiceCollection } from 'hostward';
import { addAppHost, type AppHostOptions } from 'hostward/apphost';
import { logLimitsOf } from '../../../src/backchannel/apphost/app-host-options.js';
import { describeAppHost } from '../../../src/backchannel/apphost/app-host-identity.js';
import type { IProcessTable } from '../../../src/backchannel/naming/index.js';

const appHostPath = '/srv/app/apphost.ts';

describe('the options of an AppHost', () => {
  it.each<[Partial<Record<keyof AppHostOptions, unknown>>, string]>([
    [{ appHostPath: 'apphost.ts' }, "'appHostPath' of an AppHost has to be an absolute path, but is 'apphost.ts'. Usually it is import.meta.filename."],
    [{ appHostPath: 'file:///srv/app/apphost.ts' }, "but is 'file:///srv/app/apphost.ts'. Usually it is import.meta.filename."],
    [{ appHostPath: '' }, "but is ''."],
    [{ appHostPath: undefined }, 'but is undefined.'],
    [{ homeDirectory: 'home' }, "'homeDirectory' of an AppHost has to be an absolute path, but is 'home'."],
    [{ logCapacity: 0 }, 'logCapacity'],
    [{ logCapacity: 1.5 }, 'logCapacity'],
    [{ limits: { maxClients: 0 } }, 'limits.maxClients'],
    [{ limits: { maxMessageBytes: Infinity } }, 'limits.maxMessageBytes'],
    [{ limits: { maxOpenStreams: -1 } }, 'limits.maxOpenStreams'],
    [{ limits: { maxClient: 1 } }, "There is no limit 'maxClient'; there are maxClients, maxMessageBytes, maxUnsentBytes, maxPendingCalls,"],
    [{ limits: 5 }, "'limits' of an AppHost has to be an object, but is a number."],
    [{ wireLog: true }, "'wireLog' of an AppHost has to be a function, but is a boolean."],
    [{ internalServices: Map }, "'internalServices' of an AppHost has to be a list of classes, but is a function."],
    [{ dashboard: 'http://localhost:18888' }, "'dashboard' of an AppHost has to be an object, but is a string."],
    [{ dashboard: { baseUrl: 'localhost:18888' } }, "'baseUrl' of the dashboard has to be an absolute address"],
  ])('are refused when they are added: %j', (options, problem) => {
    expect(() => addAppHost(new ServiceCollection(), { appHostPath, ...options } as AppHostOptions)).toThrow(problem);
  });

  it('are there', () => {
    expect(() => addAppHost(new ServiceCollection(), undefined as never)).toThrow("'appHostPath' of an AppHost has to be an absolute path, but is undefined.");
  });

  it('are given once: a process is one AppHost', () => {
    const services = addAppHost(new ServiceCollection(), { appHostPath });
    expect(() => addAppHost(services, { appHostPath: '/srv/app/other.ts' })).toThrow(
      'This program is an AppHost already, and a process is only one: call addAppHost once.',
    );
  });

  it('are taken as they are otherwise', () => {
    expect(() => addAppHost(new ServiceCollection(), { appHostPath, homeDirectory: '/srv', logCapacity: 1, limits: { maxClients: 1 } })).not.toThrow();
    expect([logLimitsOf({ appHostPath }), logLimitsOf({ appHostPath, logCapacity: 10 })]).toEqual([
      { maxLines: 1_000, maxCharacters: 1_048_576 },
      { maxLines: 10, maxCharacters: 10_486 },
    ]);
  });
});

describe('the identity of an AppHost', () => {
  const times = { startedAt: '2026-01-01T00:00:00.000Z', stableStartedAt: '1970-01-02T00:00:00.000Z' };
  const processes: IProcessTable = { isAlive: () => true, timesOf: () => times };
  const cli = { ASPIRE_CLI_PID: '123', ASPIRE_CLI_STARTED: '1767225600', ASPIRE_CLI_STARTED_STABLE: '86400000', ASPIRE_CLI_LOG_FILE: '/tmp/cli.log' };

  it('names path, process and start, and the CLI that launched it', () => {
    expect(describeAppHost(appHostPath, processes, cli)).toEqual({
      appHostPath,
      processId: process.pid,
      ...times,
      cliProcessId: 123,
      cliStartedAt: '2026-01-01T00:00:00.000Z',
      cliStableStartedAt: '1970-01-02T00:00:00.000Z',
      cliLogFilePath: '/tmp/cli.log',
    });
  });

  it('leaves out what is not known', () => {
    expect(describeAppHost(appHostPath, { isAlive: () => true, timesOf: () => ({}) }, {})).toEqual({
      appHostPath,
      processId: process.pid,
      startedAt: null,
      stableStartedAt: null,
      cliProcessId: null,
      cliStartedAt: null,
      cliStableStartedAt: null,
      cliLogFilePath: null,
    });
  });

  it.each(['0', '-1', '2147483648', '1.5', '1e3', ' 1', 'x', '', '99999999999999999999'])('takes %j for no process id, and then no time for its start', pid => {
    expect(describeAppHost(appHostPath, processes, { ...cli, ASPIRE_CLI_PID: pid })).toMatchObject({
      cliProcessId: null,
      cliStartedAt: null,
      cliStableStartedAt: null,
    });
  });

  it.each([
    ['1', 1],
    ['2147483647', 2147483647],
    ['007', 7],
  ])('takes %j for a process id', (pid, expected) => {
    expect(describeAppHost(appHostPath, processes, { ...cli, ASPIRE_CLI_PID: pid }).cliProcessId).toBe(expected);
  });

  it.each(['x', '999999999999999', '-5'])('leaves out a time that is none: %j', time => {
    const information = describeAppHost(appHostPath, processes, { ...cli, ASPIRE_CLI_STARTED: time, ASPIRE_CLI_STARTED_STABLE: time });
    expect(information.cliStartedAt).toBeNull();
    expect(() => JSON.stringify(information)).not.toThrow();
  });
});
