import { startRecordedApplication } from '../../support/recorded-application.js';
import { differencesBetween } from '../../support/recorded-comparison.js';
import { conversationOf } from '../../support/recorded-conversation.js';
import { type RecordedLine, recordedLines } from '../../support/recorded-lines.js';
import { recordingNames } from '../../support/recording-files.js';
import { type ReplayOptions, replayRequests } from '../../support/recorded-requests.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { situationOf } from './recorded-situations.js';

/** In recordings of at most so many bytes of the client, every offset of the messages is tried; in longer ones some are. */
const exhaustiveBytes = 500;

/** Where a header begins and ends, a body ends, and some places between. */
const samples: readonly ((length: number, bodyAt: number) => number)[] = [
  () => 1,
  () => 17,
  (_, bodyAt) => bodyAt - 3,
  (_, bodyAt) => bodyAt - 1,
  (_, bodyAt) => bodyAt,
  (_, bodyAt) => bodyAt + 1,
  (length, bodyAt) => Math.floor((length + bodyAt) / 2),
  length => length - 1,
];

describe('our AppHost gives the same answers', () => {
  expectNoLeaks();

  it.each(recordingNames('raw/').filter(isShort))('wherever the messages of %s are cut in two', async name => {
    const lines = recordedLines(name);
    // None of them changes anything, so that all can be asked of one application.
    await using application = await startRecordedApplication(situationOf(name));
    const whole = conversationOf((await replayRequests(lines, application)).lines);
    const longest = Math.max(...lines.map(({ bytes }) => bytes?.length ?? 0));
    for (let offset = 1; offset < longest; offset++) {
      const replayed = await replayRequests(lines, application, { cut: message => cutAt(message, offset) });
      expect(differencesBetween(whole, conversationOf(replayed.lines))).toEqual([]);
    }
  });

  it.each(recordingNames('raw/').filter(name => !isShort(name)))('where the messages of %s are cut in two', async name => {
    const lines = recordedLines(name);
    const whole = await conversationAt(name, lines, {});
    for (const offsetOf of samples) {
      const cut = (message: Buffer) => cutAt(message, offsetOf(message.length, message.indexOf('\r\n\r\n') + 4));
      expect(differencesBetween(whole, await conversationAt(name, lines, { cut }))).toEqual([]);
    }
  });
});

function isShort(name: string): boolean {
  return recordedLines(name).reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0) <= exhaustiveBytes;
}

function cutAt(message: Buffer, offset: number): readonly Buffer[] {
  return offset > 0 && offset < message.length ? [message.subarray(0, offset), message.subarray(offset)] : [message];
}

async function conversationAt(name: string, lines: readonly RecordedLine[], options: ReplayOptions) {
  await using application = await startRecordedApplication(situationOf(name));
  return conversationOf((await replayRequests(lines, application, options)).lines);
}
