import { readFileSync } from 'node:fs';
import type { AuxMethod, ResourceLogLine } from '../../../src/backchannel/contract/index.js';
import { startRecordedApplication } from '../../support/recorded-application.js';
import { type Difference, differencesBetween } from '../../support/recorded-comparison.js';
import { type Conversation, conversationOf } from '../../support/recorded-conversation.js';
import { type RecordedLine, recordedLines } from '../../support/recorded-lines.js';
import { recordingNames } from '../../support/recording-files.js';
import { replayRequests } from '../../support/recorded-requests.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { answerReaders } from '../contract/readers.js';
import { isAt } from './recorded-difference.js';
import { deliberateDifferences, historyOfRecordings } from './recorded-differences.js';
import { situationOf } from './recorded-situations.js';

const recordings = ['raw/', '13.6/', 'cli/', 'dashboard/', 'lifecycle/'].flatMap(part => recordingNames(part));
const places = deliberateDifferences.flatMap(({ what, places: all }) => all.map((place, index) => ({ title: `${what} (${index + 1})`, place })));
const history = historyOfRecordings.map((place, index) => ({ title: `what had happened before (${index + 1})`, place }));
/** Messages that are no requests; a .NET AppHost ends the connection. */
const noRequests = ['raw/badjson', 'raw/batch', 'raw/notrpc'];

interface Outcome {
  readonly ours: Conversation;
  readonly differences: readonly Difference[];
  /** What the log warns of. */
  readonly warnings: readonly string[];
}

/** By recording, since several tests ask for the same. */
const outcomes = new Map<string, Promise<Outcome>>();

function outcomeOf(name: string): Promise<Outcome> {
  const outcome = outcomes.get(name) ?? replay(name);
  outcomes.set(name, outcome);
  return outcome;
}

async function replay(name: string): Promise<Outcome> {
  const lines = recordedLines(name);
  await using application = await startRecordedApplication(situationOf(name));
  const ours = conversationOf((await replayRequests(lines, application)).lines);
  const warnings = application.logs.entries.filter(({ level }) => level === 'warning').map(({ message }) => message);
  return { ours, differences: differencesBetween(conversationOf(lines), ours), warnings };
}

function requestLine(message: object): RecordedLine {
  const body = JSON.stringify(message);
  return { t: 1, conn: 1, from: 'client', message, bytes: Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`) };
}

/** The streams of log lines in a conversation. */
function logsIn({ exchanges }: Conversation): { params: any; lines: ResourceLogLine[] }[] {
  return [...exchanges.values()].flatMap(({ method, params, stream }) => {
    if (!stream || !/^Get(ResourceLogs|ConsoleLog)/.test(method)) return [];
    return [{ params, lines: stream.values.flatMap(item => item.lines ?? [item]) }];
  });
}

function hasLogs(name: string): boolean {
  return logsIn(conversationOf(recordedLines(name))).length > 0;
}

describe('our AppHost answers what a .NET AppHost was asked', () => {
  expectNoLeaks();

  it.each(recordings)('as that one did, or differently on purpose: %s', async name => {
    const { differences } = await outcomeOf(name);
    const unexplained = differences.filter(difference => ![...places, ...history].some(({ place }) => isAt(place, name, difference)));
    expect(unexplained.map(difference => JSON.stringify(difference))).toEqual([]);
  });

  it.each(recordings)('with what our own client can read: %s', async name => {
    const { ours } = await outcomeOf(name);
    for (const { method, answer, stream } of ours.exchanges.values()) {
      const read = answerReaders[method as AuxMethod];
      if (stream) for (const item of stream.values) expect(() => read(item)).not.toThrow();
      else if (read && answer && 'result' in answer) expect(() => read(answer.result)).not.toThrow();
    }
  });

  it.each(recordings.filter(hasLogs))('with log lines in the order of time, numbered without a gap: %s', async name => {
    const { ours } = await outcomeOf(name);
    for (const { params, lines } of logsIn(ours)) {
      const moments = lines.map(({ content }) => content.slice(0, content.indexOf(' ')));
      expect(moments).toEqual([...moments].sort());
      const { follow = params[1], search, tail } = params[0] ?? {};
      const all = new Map<string, number[]>();
      for (const { resourceName, lineNumber } of lines) all.set(resourceName, [...(all.get(resourceName) ?? []), lineNumber]);
      for (const numbers of all.values()) {
        const isWhole = search === undefined && !(tail > 0 && all.size === 1);
        const first = isWhole ? Number(follow) : numbers[0]!;
        if (search === undefined) expect(numbers).toEqual(numbers.map((_, index) => first + index));
      }
    }
  });

  it.each(['raw/badheader', ...noRequests])('and says in its log, once, what was wrong with a message that is no request: %s', async name => {
    expect((await outcomeOf(name)).warnings).toEqual([expect.stringMatching(/^A client .*: .*[Ee]xpected .*/)]);
  });

  it.each(noRequests)('and serves the other calls of the connection, before and after a message that is no request: %s', async name => {
    const bad = recordedLines(name).find(({ bytes }) => bytes)!;
    const wait = { resourceName: 'blocked', status: 'up', timeoutSeconds: 1 };
    const lines = [
      { t: 0, conn: 1, from: 'client', event: 'connected' } as const,
      requestLine({ jsonrpc: '2.0', id: 1, method: 'WaitForResourceAsync', params: [wait] }),
      bad,
      requestLine({ jsonrpc: '2.0', id: 2, method: 'GetCapabilitiesAsync', params: [] }),
      { t: 1_100, conn: 1, from: 'apphost', message: { jsonrpc: '2.0', id: 1 } } as const,
    ];
    await using application = await startRecordedApplication();
    const { exchanges } = conversationOf((await replayRequests(lines, application)).lines);
    expect([...exchanges.values()].map(({ answer }) => answer?.result)).toMatchObject([{ timedOut: true }, { capabilities: ['aux.v1', 'aux.v2', 'aux.v3'] }]);
  });

  it.each([...places, ...history])('differently on purpose: $title', async ({ place }) => {
    const shows = async (name: string) => (await outcomeOf(name)).differences.some(difference => isAt(place, name, difference));
    const where = place.in ?? recordings;
    const found = await Promise.all(where.map(async name => ((await shows(name)) ? [name] : [])));
    if (place.in) expect(found.flat()).toEqual(place.in);
    else expect(found.flat()).not.toEqual([]);
  });
});

describe('docs/app-host.md', () => {
  const page = readFileSync('docs/app-host.md', 'utf8').replace(/ +/g, ' ');

  it('tells how many recordings there are', () => {
    expect(page).toContain(` ${recordings.length} recorded sessions`);
  });

  it.each(deliberateDifferences)('tells of the difference: $what', ({ what, dotnet, hostward, reason }) => {
    expect(page).toContain(`| ${[what, dotnet, hostward, reason].join(' | ')} |`);
  });
});
