import {
  ContractError,
  readAppHostInfo,
  readAppHostInformation,
  readCapabilities,
  readDashboardInfo,
  readDashboardMcpConnectionInfo,
  readDashboardUrls,
} from '../../../src/backchannel/contract/index.js';
import { recordedResults, toPascalCase } from './recordings.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

describe('readAppHostInformation', () => {
  it.each(['cli/ps', 'lifecycle/cli-launched-ps'])('reads what the AppHost of %s said, unchanged', name => {
    const [recorded] = recordedResults(name, 'GetAppHostInformationAsync');
    expect(readAppHostInformation(recorded)).toEqual(recorded);
  });

  it('reads the Pascal case of 13.1, which sends three members', () => {
    expect(readAppHostInformation({ AppHostPath: '/w/a.csproj', ProcessId: 12, CliProcessId: null })).toEqual({
      appHostPath: '/w/a.csproj',
      processId: 12,
      cliProcessId: null,
      startedAt: null,
      stableStartedAt: null,
      cliStartedAt: null,
      cliStableStartedAt: null,
      cliLogFilePath: null,
    });
  });

  it('takes a process id as text', () => {
    expect(readAppHostInformation({ appHostPath: '/w', processId: '12', cliProcessId: '7' })).toMatchObject({ processId: 12, cliProcessId: 7 });
  });

  it('takes process 0, which is none, for no CLI', () => {
    expect(readAppHostInformation({ appHostPath: '/w', processId: 1, cliProcessId: 0 }).cliProcessId).toBeNull();
  });

  it.each(['2026-08-01T10:00:00.1234567+00:00', '2026-08-01T10:00:00Z', '2026-08-01T10:00:00', '2026-08-01T10:00+02:00', '2026-08-01'])(
    'keeps the time %s as it was written',
    startedAt => {
      expect(readAppHostInformation({ appHostPath: '/w', processId: 1, startedAt }).startedAt).toBe(startedAt);
    },
  );

  it('prefers the exact name when both spellings are there', () => {
    expect(readAppHostInformation({ AppHostPath: 'wrong', appHostPath: 'right', processId: 1 }).appHostPath).toBe('right');
  });

  it.each([
    [null, 'AppHostInformation', 'an object', 'null'],
    [[], 'AppHostInformation', 'an object', 'an array'],
    [{ processId: 1 }, 'AppHostInformation.appHostPath', 'a text', 'nothing'],
    [{ appHostPath: null, processId: 1 }, 'AppHostInformation.appHostPath', 'a text', 'null'],
    [{ appHostPath: 5, processId: 1 }, 'AppHostInformation.appHostPath', 'a text', 'a number'],
    [{ appHostPath: '/w' }, 'AppHostInformation.processId', 'a process id', 'nothing'],
    [{ appHostPath: '/w', processId: null }, 'AppHostInformation.processId', 'a process id', 'null'],
    [{ appHostPath: '/w', processId: true }, 'AppHostInformation.processId', 'a process id', 'a boolean'],
    [{ appHostPath: '/w', processId: '12x' }, 'AppHostInformation.processId', 'a process id', 'another text'],
    [{ appHostPath: '/w', processId: 1.5 }, 'AppHostInformation.processId', 'a process id', 'a number with a fraction'],
    [{ appHostPath: '/w', processId: 0 }, 'AppHostInformation.processId', 'a process id', 'process 0'],
    [{ appHostPath: '/w', processId: -1 }, 'AppHostInformation.processId', 'a process id', 'a number outside 1 to 2147483647'],
    [{ appHostPath: '/w', processId: '2147483648' }, 'AppHostInformation.processId', 'a process id', 'a number outside 1 to 2147483647'],
    [{ appHostPath: '/w', processId: 1, cliProcessId: -7 }, 'AppHostInformation.cliProcessId', 'a process id or null', 'a number outside 1 to 2147483647'],
    [{ appHostPath: '/w', processId: 1, startedAt: 5 }, 'AppHostInformation.startedAt', 'an ISO 8601 time or null', 'a number'],
    [{ appHostPath: '/w', processId: 1, startedAt: 'yesterday' }, 'AppHostInformation.startedAt', 'an ISO 8601 time or null', 'another text'],
    [{ appHostPath: '/w', processId: 1, startedAt: 'Aug 1 2026' }, 'AppHostInformation.startedAt', 'an ISO 8601 time or null', 'another text'],
    [{ appHostPath: '/w', processId: 1, startedAt: '' }, 'AppHostInformation.startedAt', 'an ISO 8601 time or null', 'another text'],
    [{ appHostPath: '/w', processId: 1, startedAt: '0001-13-32' }, 'AppHostInformation.startedAt', 'an ISO 8601 time or null', 'another text'],
    [{ appHostPath: '/w', processId: 1, startedAt: '2026-12-01T24:00:01Z' }, 'AppHostInformation.startedAt', 'an ISO 8601 time or null', 'another text'],
    [{ appHostPath: '/w', processId: 1, startedAt: '2026-13-01T00:00:00Z' }, 'AppHostInformation.startedAt', 'an ISO 8601 time or null', 'another text'],
    [{ appHostPath: '/w', processId: 1, cliLogFilePath: [] }, 'AppHostInformation.cliLogFilePath', 'a text or null', 'an array'],
  ])('refuses %j', (value, member, expected, found) => {
    expect(() => readAppHostInformation(value)).toThrow(ContractError);
    expect(() => readAppHostInformation(value)).toThrow(expect.objectContaining({ code: 'ERR_CONTRACT', member, expected, found }));
  });

  it('never quotes the value that it refuses', () => {
    expect(() => readAppHostInformation({ appHostPath: '/w', processId: 'secret' })).toThrow(/^(?!.*secret)/);
  });
});

describe('readAppHostInfo', () => {
  it('reads what the recorded AppHost said, with the process id as text', () => {
    const [recorded] = recordedResults('lifecycle/cli-launched-ps', 'GetAppHostInfoAsync');
    expect(readAppHostInfo(recorded)).toEqual(recorded);
    expect(readAppHostInfo({ ...recorded, pid: 20597 }).pid).toBe('20597');
    expect(readAppHostInfo(toPascalCase(recorded))).toEqual(recorded);
  });
});

describe('readCapabilities', () => {
  it('reads the recorded list', () => {
    const [recorded] = recordedResults('cli/ps', 'GetCapabilitiesAsync');
    expect(readCapabilities(recorded)).toEqual(['aux.v1', 'aux.v2', 'aux.v3', 'terminals.v1']);
  });

  it.each([[null], [undefined], [{}], [{ capabilities: null }]])('takes %j for the first level alone', value => {
    expect(readCapabilities(value)).toEqual(['aux.v1']);
  });

  it('refuses anything else', () => {
    expect(() => readCapabilities({ capabilities: 'aux.v2' })).toThrow(expect.objectContaining({ member: 'Capabilities.capabilities', expected: 'a list' }));
    expect(() => readCapabilities({ capabilities: ['a', 1] })).toThrow(expect.objectContaining({ member: 'Capabilities.capabilities[1]', found: 'a number' }));
  });
});

describe('readDashboardMcpConnectionInfo', () => {
  it('reads the null of recorded AppHosts, and what 13.1 says', () => {
    const recorded = recordedResults('raw/methods', 'GetDashboardMcpConnectionInfoAsync');
    expect(recorded.map(readDashboardMcpConnectionInfo)).toEqual([null]);
    expect(readDashboardMcpConnectionInfo({ EndpointUrl: 'http://x/mcp', ApiToken: 't' })).toEqual({ endpointUrl: 'http://x/mcp', apiToken: 't' });
  });

  it('refuses half of it', () => {
    expect(() => readDashboardMcpConnectionInfo({ endpointUrl: 'u' })).toThrow(
      expect.objectContaining({ member: 'DashboardMcpConnectionInfo.apiToken', expected: 'a text', found: 'nothing' }),
    );
  });
});

describe('readDashboardUrls and readDashboardInfo', () => {
  it('read what a recorded AppHost with a dashboard said', () => {
    const [urls] = recordedResults('dashboard/info', 'GetDashboardUrlsAsync');
    const [info] = recordedResults('dashboard/info', 'GetDashboardInfoAsync');
    expect(readDashboardUrls(urls)).toEqual(urls);
    expect(readDashboardInfo(info)).toEqual(info);
  });

  it('fill in what is missing', () => {
    expect(readDashboardUrls({})).toEqual({ dashboardHealthy: true, baseUrlWithLoginToken: null, codespacesUrlWithLoginToken: null });
    expect(readDashboardInfo({})).toEqual({ apiBaseUrl: null, apiToken: null, dashboardUrls: [], isHealthy: false });
  });
});
