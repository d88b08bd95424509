import { expectNoLeaks } from '../../support/leak-check.js';
import { readRecording } from '../../support/recorded-traffic.js';
import { recordingNames } from '../../support/recording-files.js';

expectNoLeaks();

/** Recordings of scripted clients, whose every call is made again in recorded-sessions.test.ts, and of the MCP server, in recorded-mcp.test.ts. */
const scripted: Readonly<Record<string, readonly string[]>> = {
  '13.6': ['crash-two-concurrent-next', 'legacy-properties'],
  cli: ['agent-mcp'],
  dashboard: ['info'],
  lifecycle: ['stop-rpc-v1', 'stop-rpc-v2'],
  raw: [
    'apphost-logs',
    'badheader',
    'badjson',
    'batch',
    'clients',
    'crash-two-concurrent-next',
    'encoding',
    'encoding-numbers',
    'execute',
    'execute-cancel',
    'header-case',
    'header-extra',
    'id-duplicate',
    'id-fraction',
    'id-null',
    'ids',
    'legacy-properties',
    'logs',
    'logs-follow',
    'logs-follow-resource-restarts',
    'mcp',
    'methods',
    'no-jsonrpc-member',
    'notrpc',
    'parallel',
    'params',
    'params-null',
    'split-frames',
    'startup',
    'startup-empty',
    'wait',
    'watch',
    'watch-changes',
    'watch-named-token',
    'watch-v1',
  ],
};

describe('the recordings', () => {
  it('are all replayed: those of a command against what it printed, the others call by call', () => {
    const commands = recordingNames().filter(name => readRecording(name).command);
    const others = Object.entries(scripted).flatMap(([folder, names]) => names.map(name => `${folder}/${name}`));
    expect([...commands, ...others].sort()).toEqual(recordingNames());
    expect({ commands: commands.length, others: others.length }).toEqual({ commands: 99, others: 41 });
  });
});
