import { type DeliberateDifference, nothing, something, isNull, isText, equals, stateOf } from './recorded-difference.js';

/** Resources and their logs. */
export const resourceDifferences: readonly DeliberateDifference[] = [
  {
    what: 'The environment of a child process',
    dotnet: 'also what it inherits, marked as declared when nothing was declared',
    hostward: 'only what was declared',
    reason: 'The environment of a process is full of secrets that nobody meant to show',
    places: [{ at: /\.environmentVariables\[(?!(E1|E2|API_KEY|PLAIN|PORT)\])[^\]]+\]$/, recorded: something, ours: nothing }],
  },
  {
    what: '`executable.pid` of what does not run',
    dotnet: '0',
    hostward: 'null',
    reason: '0 is no process',
    places: [{ at: /badcmd( FailedToStart)?\]\.properties\.executable\.pid$/, recorded: isText, ours: isNull }],
  },
  {
    what: 'The arguments of what has not been started',
    dotnet: 'null',
    hostward: 'as declared',
    reason: 'They are known',
    places: [{ at: /(manual|never|blocked)[^\]]*\]\.properties\.resource\.appArgs(Sensitivity)?$/, recorded: isNull, ours: something }],
  },
  {
    what: 'The state `""` between `Starting` and `Running`',
    dotnet: 'shown, once for good',
    hostward: 'there is none',
    reason: 'It says nothing',
    places: [{ in: ['raw/watch-changes', 'cli/describe-follow-changes'], at: /\[sleeper \]$/, recorded: stateOf(''), ours: nothing }],
  },
  {
    what: 'Exit code, moments and process id while it starts again',
    dotnet: 'those of the run before',
    hostward: 'null',
    reason: 'They are not those of this run',
    places: [
      {
        in: ['raw/watch-changes', 'cli/describe-follow-changes'],
        at: /\[sleeper Starting\]\.(exitCode|startedAt|stoppedAt|properties\.executable\.pid)$/,
        recorded: something,
        ours: isNull,
      },
    ],
  },
  {
    what: 'The name of the health report of a child process',
    dotnet: 'that of the registered check, such as `web_http_/health_200_check`',
    hostward: '`web_check`',
    reason: 'A check is a function, and a child process has one',
    places: [{ at: /\.healthReports\[(web_http_\/health_200_check|web_check)\]$/ }],
  },
  {
    what: 'A whole number beyond 2^53',
    dotnet: 'a JSON number',
    hostward: 'a text',
    reason: 'JavaScript has no such number; as a text nobody loses a digit',
    places: [{ at: /\.properties\.big$/, recorded: value => typeof value === 'number', ours: equals('9007199254740993') }],
  },
  {
    what: 'A date among properties',
    dotnet: '`01/02/2026 03:04:05`',
    hostward: 'ISO 8601',
    reason: 'It has a time zone, and day and month are not mixed up',
    places: [{ at: /\.properties\.date$/, recorded: equals('01/02/2026 03:04:05'), ours: equals('<time>') }],
  },
  {
    what: 'A dictionary among properties',
    dotnet: '13.5: `["[k, v]"]`; 13.6 an object, as text `[k, v]`',
    hostward: 'an object; as text its JSON',
    reason: 'As 13.6, and readable',
    places: [{ at: /\.properties\.obj$/ }],
  },
];
