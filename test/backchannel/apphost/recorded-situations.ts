import type { AppHostLogEntry } from '../../../src/backchannel/contract/index.js';
import type { RecordedSituation } from '../../support/recorded-application.js';
import { conversationOf } from '../../support/recorded-conversation.js';
import { recordedLines } from '../../support/recorded-lines.js';

const laterOn = { before: ['manual start', 'sleeper restart', 'replicated-1 stop'] };

/** By a signal that it got when the recorded connection ended. */
const stopped: RecordedSituation = { isStoppedFromOutside: true };

/** With the dashboard of the recordings, whose keys are as recorded. */
const withDashboard: RecordedSituation = {
  model: 'without blocked',
  dashboard: { baseUrl: 'http://localhost:15000', browserToken: 'b0000000000000000000000000000001', apiToken: 'a0000000000000000000000000000002' },
};

/** How the recorded application was when each recording was made, as far as that was not the usual. */
const situations: Readonly<Record<string, RecordedSituation>> = {
  '13.6/ps': { appHostPath: '/home/user/MyApp13.6/MyApp.AppHost/MyApp.AppHost.csproj' },
  'cli/agent-mcp': { before: ['job start'] },
  'cli/describe-stopped': { before: ['sleeper stop'] },
  'cli/describe-unhealthy': { before: ['custom unhealthy'] },
  'cli/logs-all': { age: 71_400 },
  'cli/logs-all-table': { age: 220_400 },
  'cli/logs-follow': { age: 71_152 },
  'cli/logs-follow-all': { age: 77_302 },
  'cli/logs-follow-tail': { age: 83_506 },
  'cli/logs-search': { age: 70_500 },
  'cli/logs-tail': { age: 70_500 },
  'cli/mcp-tools': laterOn,
  'cli/mcp-tools-json': laterOn,
  'cli/resource-badcmd-start': laterOn,
  'cli/resource-custom-healthy': { before: ['custom unhealthy'] },
  'cli/resource-replica-stop': { before: ['manual start'] },
  'cli/resource-replicated-stop': { before: ['manual start'] },
  'cli/resource-start': { before: ['sleeper stop'] },
  'cli/resource-stop-again': { before: ['sleeper stop'] },
  'cli/wait-unhealthy-up': { before: ['custom unhealthy'] },
  'cli/wait-unhealthy-timeout': { before: ['custom unhealthy'] },
  'lifecycle/cli-launched-ps': {
    environment: {
      ASPIRE_CLI_PID: '20592',
      ASPIRE_CLI_STARTED: '1763837762',
      ASPIRE_CLI_STARTED_STABLE: '2207580',
      ASPIRE_CLI_LOG_FILE: '/home/user/.aspire/logs/cli_x.log',
    },
  },
  'lifecycle/empty-model-describe': { model: 'empty' },
  'lifecycle/empty-model-logs': { model: 'empty' },
  'lifecycle/stop': stopped,
  'lifecycle/stop-killed-while-following': { ...stopped, model: 'empty' },
  'lifecycle/stop-while-starting': stopped,
  'raw/encoding-numbers': { model: 'without blocked' },
  'raw/logs': { age: 12_500 },
  'raw/params': { before: [...laterOn.before, 'custom unhealthy'] },
  'raw/startup': { model: 'without blocked', age: 0, launchTime: 4_900 },
  'raw/startup-empty': { model: 'empty' },
};

export function situationOf(name: string): RecordedSituation {
  if (name === 'dashboard/stop') return { ...withDashboard, ...stopped };
  if (name.startsWith('dashboard/')) return withDashboard;
  return name === 'raw/apphost-logs' ? { logged: loggedIn(name) } : (situations[name] ?? {});
}

/** The entries of the AppHost's log in a recording. */
function loggedIn(name: string): AppHostLogEntry[] {
  return [...conversationOf(recordedLines(name)).exchanges.values()].flatMap(({ stream }) => stream?.values ?? []);
}
