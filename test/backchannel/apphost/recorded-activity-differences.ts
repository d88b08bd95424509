import { type DeliberateDifference, nothing, something, isNull, isText, equals, stateOf } from './recorded-difference.js';

/** What they do. */
export const activityDifferences: readonly DeliberateDifference[] = [
  {
    what: 'What the AppHost says in the log of a child process',
    dotnet: 'certificates, and the start with the full path of the program',
    hostward: 'each step, the end too, with the command as it was declared',
    reason: 'The log tells what became of it',
    places: [
      { at: /\[[\w-]+: No custom certificate authorities[^\]]*\]$/, ours: nothing },
      { at: /\[[\w-]+: \[sys\] .*\]$/, ours: nothing },
      { at: /\[after-web: Waiting for resource ready to execute[^\]]*\]$/, ours: nothing },
      { at: /\[[\w-]+: \[sys\] Starting process\.\.\.: Cmd = \S+, .*\]$/, recorded: nothing },
      { at: /\[[\w-]+: \[sys\] (The process|Failed to start|Stopping) .*\]$/, recorded: nothing },
    ],
  },
  {
    what: 'The order of the lines of a log',
    dotnet: 'by where they come from, `[sys]` mostly last, on replay',
    hostward: 'as they came, and numbered so',
    reason: 'Not repeated',
    places: [
      { at: /^stream\.(lines|items)\[.*\]\.lineNumber$/ },
      { at: /^stream\.(lines|items)\(order\)$/ },
      // The last lines are others then.
      { in: ['cli/logs-search', 'cli/logs-tail', 'cli/logs-follow-tail'], at: /^stream\.lines\[ticker: (warn 65|warn 70|tick 83)[^\]]*\]$/, recorded: nothing },
    ],
  },
  {
    what: 'The log of a resource that was started again',
    dotnet: 'what the program has written since',
    hostward: 'what every run has written, as far as it is kept',
    reason: 'Why it ended the last time stands in the lines before',
    places: [{ in: ['cli/agent-mcp'], request: /^GetResourceLogs/, at: /\[job: job (running|done)#2\]$/, recorded: nothing }],
  },
  {
    what: "The AppHost's own log",
    dotnet: 'what the hosting layer logs',
    hostward: 'what hostward logs',
    reason: 'Another program',
    places: [
      {
        in: ['raw/apphost-logs'],
        request: /^GetAppHostLogEntries/,
        at: /^stream\.items\[(Hosting|Auxiliary backchannel|Resource|Application) [^\]]*\]$/,
        recorded: nothing,
      },
    ],
  },
  {
    what: 'Number and boolean arguments of a command',
    dotnet: 'the text that was submitted',
    hostward: 'numbers and booleans: `1e3` is 1000, `TRUE` is true',
    reason: 'The function of the command gets the type that it has declared',
    places: [{ in: ['raw/execute'], request: / (19|27)$/, at: /^result\.value\.value$/, ours: value => /count=1000;|force=true;/.test(String(value)) }],
  },
  {
    what: 'A command whose state is disabled or hidden',
    dotnet: 'runs',
    hostward: 'is refused: `cannot run at present`',
    reason: 'The state says that it makes no sense now',
    places: [
      { in: ['cli/resource-custom-disabled'], request: /^Execute/, at: /^result\.success$/, recorded: equals(true), ours: equals(false) },
      { in: ['cli/resource-custom-hidden'], request: /^Execute/, at: /^result\.success$/, recorded: equals(true), ours: equals(false) },
      {
        in: ['cli/resource-custom-disabled', 'cli/resource-custom-hidden'],
        at: /^result\.(errorMessage|message)$/,
        ours: value => /cannot run at present/.test(String(value)),
      },
    ],
  },
  {
    what: '`start` of a program that there is not',
    dotnet: 'succeeds',
    hostward: 'fails, and says why',
    reason: 'Not repeated',
    places: [
      { in: ['cli/resource-badcmd-start'], request: /^Execute/, at: /^result\.success$/, recorded: equals(true), ours: equals(false) },
      { in: ['cli/resource-badcmd-start'], at: /^result\.(errorMessage|message)$/, ours: value => /cannot be started/.test(String(value)) },
    ],
  },
  {
    what: 'Commands of parameters',
    dotnet: '`set-parameter`, `delete-parameter` where there is a dashboard',
    hostward: 'none',
    reason: "hostward has no parameters; its configuration is the host's",
    places: [{ in: ['dashboard/describe', 'dashboard/describe-hidden'], at: /\.commands\[(set|delete)-parameter\]$/, ours: nothing }],
  },
  {
    what: 'The dashboard among the resources',
    dotnet: 'hidden, with its keys in its environment',
    hostward: 'no resource',
    reason: "Its keys are nobody's business but those who ask for its address",
    places: [
      { in: ['dashboard/describe', 'dashboard/describe-hidden', 'dashboard/info'], at: /^result\.resources\[aspire-dashboard-[a-z]{8}\]$/, ours: nothing },
    ],
  },
  {
    what: 'A wait that is pending when the AppHost stops',
    dotnet: 'is answered with the state that the stop brings about',
    hostward: 'ends with the connection',
    reason: 'The resource has not failed',
    places: [{ in: ['lifecycle/stop-rpc-v1'], request: /^WaitForResource/, at: /^answer$/, recorded: something, ours: nothing }],
  },
  {
    what: 'A resource that is as it was',
    dotnet: 'is told again to those who watch',
    hostward: 'is not',
    reason: 'Nothing has changed',
    places: [{ in: ['cli/logs-follow-tail'], request: /^Watch/, at: /\[custom Running#2\]$/, ours: nothing }],
  },
  {
    what: 'The command `restart` of a project',
    dotnet: '`Restart resource. Source code is not recompiled.`',
    hostward: '`Restart resource`',
    reason: 'hostward does not know what a project is',
    places: [{ at: /\[replicated[^\]]*\]\.commands\[restart\]\.description$/, ours: equals('Restart resource') }],
  },
  {
    what: 'The order of relationships',
    dotnet: 'as they were declared',
    hostward: 'parent, others, `WaitFor`',
    reason: 'They are options, which have no order among each other',
    places: [{ at: /\[after-web[^\]]*\]\.relationships\(order\)$/ }],
  },
  {
    what: 'The address of an MCP server',
    dotnet: "that of the resource's endpoint",
    hostward: '`urn:hostward:mcp:<resource>`',
    reason: "The tools are in the AppHost's process and have no address",
    places: [{ at: /\.mcpServer\.endpointUrl$/, recorded: isText, ours: equals('urn:hostward:mcp:web') }],
  },
  {
    what: 'The annotations of a tool that were not declared',
    dotnet: 'null',
    hostward: 'left out',
    reason: 'Annotations are passed on as they are',
    places: [{ at: /\.tools\[echo\]\.annotations\.\w+$/, recorded: isNull, ours: nothing }],
  },
  {
    what: 'Resources that are not started yet',
    dotnet: 'without properties and state; the answer stands still until the address of every MCP server is known',
    hostward: 'complete, at once',
    reason: 'Who asks while the application starts wants to see just that',
    places: [
      {
        in: ['raw/startup'],
        request: /^GetResourcesAsync 6$/,
        at: /^result\.resources\[(sleeper|ticker|ansi|web|job|failing|badcmd|after-web|replicated|replicated#2)\]/,
      },
    ],
  },
  {
    what: 'A resource that waits',
    dotnet: 'once stayed at `""` for good',
    hostward: '`Waiting`, `Starting`, `Running`',
    reason: 'Not repeated',
    places: [
      { in: ['raw/startup'], at: /\[after-web \]$/, recorded: stateOf(''), ours: nothing },
      { in: ['raw/startup'], at: /\[after-web (Waiting|Starting|Running)\]$/, recorded: nothing },
      // The state that ours tells is what this request was waiting for.
      { in: ['raw/startup'], request: /^\$\/enumerator\/next 27$/, at: /^answer$/, ours: nothing },
    ],
  },
];
