import { activityDifferences } from './recorded-activity-differences.js';
import { type DeliberateDifference, type DifferencePlace, nothing } from './recorded-difference.js';
import { protocolDifferences } from './recorded-protocol-differences.js';
import { resourceDifferences } from './recorded-resource-differences.js';

/** Everything in which our AppHost is meant to differ from a .NET one, as far as the recordings show it. */
export const deliberateDifferences: readonly DeliberateDifference[] = [...protocolDifferences, ...resourceDifferences, ...activityDifferences];

/** What is in a recording because of what had happened before it, and is not here; or because the recorded application was another program. */
export const historyOfRecordings: readonly DifferencePlace[] = [
  // Its MCP server was asked for its tools again and again.
  { in: ['cli/logs-all', 'cli/logs-all-table', 'cli/logs-follow-all'], at: /\[web: mcp [^\]]*\]$/, ours: nothing },
  // The stack trace of .NET.
  {
    in: ['cli/logs-all', 'cli/logs-all-table', 'cli/logs-follow-all', 'cli/logs-param'],
    at: /\[missing: Failed to initialize parameter resource/s,
    ours: nothing,
  },
  { in: ['cli/logs-all-table'], at: /\[(custom|sleeper|job): [^\]]*\]$/, ours: nothing },
];
