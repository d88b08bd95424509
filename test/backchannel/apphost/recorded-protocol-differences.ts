import { type DeliberateDifference, nothing, equals, refusal } from './recorded-difference.js';

const notRpc = ['raw/badjson', 'raw/batch', 'raw/notrpc'];
const dead = ['raw/crash-two-concurrent-next', '13.6/crash-two-concurrent-next'];

/** Here the client stopped watching before it had seen all resources. */
const leftEarly = ['raw/watch-v1', ...['all-table', 'ansi', 'hidden', 'one-json', 'param', 'replicas', 'search', 'tail'].map(log => `cli/logs-${log}`)];

/** The protocol, whatever the resources are. */
export const protocolDifferences: readonly DeliberateDifference[] = [
  {
    what: 'A message that is no request: no JSON, a list, an object without a method',
    dotnet: 'hangs up',
    hostward: 'answers -32700 or -32600 with id null, says so in the log, and serves the connection further',
    reason: 'One bad message does not take down the other calls, and its sender learns what was wrong',
    places: [
      { in: notRpc, at: /^unasked$/, ours: (value: any) => [-32700, -32600].includes(value?.error?.code) },
      { in: notRpc, at: /^hangs up$/, recorded: equals([1]), ours: equals([]) },
    ],
  },
  {
    what: 'A request with `"params":null` or an id with a fraction',
    dotnet: 'hangs up',
    hostward: 'serves it',
    reason: 'What is meant is clear',
    places: [
      { in: ['raw/params-null', 'raw/id-fraction'], at: /^answer$/, recorded: nothing, ours: (value: any) => Array.isArray(value?.result?.capabilities) },
      { in: ['raw/params-null', 'raw/id-fraction'], at: /^hangs up$/, recorded: equals([1]), ours: equals([]) },
    ],
  },
  {
    what: 'Bytes that are no frame',
    dotnet: 'hangs up',
    hostward: 'answers -32700 that says what was expected, hangs up, and says so in the log',
    reason: 'Whoever speaks another protocol learns it at once',
    places: [{ in: ['raw/badheader'], at: /^unasked$/, ours: refusal(-32700) }],
  },
  {
    what: 'The header `content-length` in another letter case',
    dotnet: 'hangs up',
    hostward: 'takes it',
    reason: 'Names of headers have no case',
    places: [
      { in: ['raw/header-case'], at: /^answer$/, recorded: nothing, ours: (value: any) => Array.isArray(value?.result?.capabilities) },
      { in: ['raw/header-case'], at: /^hangs up$/, recorded: equals([1]), ours: equals([]) },
    ],
  },
  {
    what: 'A second request for items of a stream while the first is pending',
    dotnet: 'answers -32000; the whole AppHost dies when the stream moves',
    hostward: 'answers -32000; the first request goes on',
    reason: 'Not repeated',
    places: [{ in: dead, at: /^hangs up$/, recorded: equals([1]), ours: equals([]) }],
  },
  {
    what: 'The items of a stream',
    dotnet: 'one an answer',
    hostward: 'all that are ready in one answer, at most 256',
    reason: 'A round trip for each item is what makes lists slow; every client takes any number',
    places: [{ in: leftEarly, request: /^Watch/, at: /^stream\.snapshots\.[\w-]+(\[[^\]]*#2\])?$/, recorded: nothing }],
  },
  {
    what: 'An id that is in use',
    dotnet: 'refuses the second request also when the first needs nothing but its turn',
    hostward: 'has answered such a request when the next one comes',
    reason: 'A request that waits for nothing is answered at once',
    places: [{ in: ['raw/split-frames'], request: / 5$/, at: /^answer$/, recorded: refusal(-32000), ours: (value: any) => 'result' in value }],
  },
  {
    what: '`data` of an error',
    dotnet: 'type, message, stack trace, code, inner exception',
    hostward: 'type and message of what a method threw; nothing where the message says it all',
    reason: "Stack traces and paths are nobody's business outside the process",
    places: [{ at: /^error\.data$/, recorded: equals('code, inner, message, stack, type'), ours: value => value === undefined || value === 'message, type' }],
  },
  {
    what: 'The words of protocol errors',
    dotnet: '`Unable to find method … on {no object} …`, `This remote object no longer exists.`',
    hostward: 'what was expected and what was found, under the same code',
    reason: 'Clients go by the code; people read the text',
    places: [
      {
        at: /^error\.message$/,
        recorded: value => /^(No method by the name|Unable to find method|Value cannot be null|An item with|The task was)/.test(String(value)),
      },
      { request: /^\$\/enumerator\/(next|abort)/, at: /^error\.message$/ },
      {
        in: ['raw/wait'],
        at: /^error\.message$/,
        recorded: value => /Parameter 'delay'/.test(String(value)),
        ours: value => /'timeoutSeconds'/.test(String(value)),
      },
    ],
  },
  {
    what: 'A member that is null and must not be',
    dotnet: '-32000 of whatever fails first',
    hostward: '-32602, as for a member that is missing',
    reason: 'It is the request that is wrong',
    places: [{ in: ['raw/execute'], request: / 7$/, at: /^error\.code$/, recorded: equals(-32000), ours: equals(-32602) }],
  },
  {
    what: 'Terminals',
    dotnet: '`terminals.v1`',
    hostward: 'not among the capabilities; -32601',
    reason: 'A process has none to offer; clients do not ask where the capability is missing',
    places: [
      { at: /^result\.capabilities\[terminals\.v1\]$/, ours: nothing },
      { in: ['raw/methods'], request: /^(ListTerminals|GetTerminalInfo)/, at: /^answer$/, ours: refusal(-32601) },
    ],
  },
];
