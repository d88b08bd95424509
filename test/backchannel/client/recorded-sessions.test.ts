import { OperationCanceledError } from '../../../src/hosting/primitives/index.js';
import { ConnectionLostError, MethodNotFoundError, RpcError } from '../../../src/backchannel/rpc/index.js';
import { answerReaders } from '../contract/readers.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { type CallOutcome, replaySession } from '../../support/recorded-session.js';
import { type Exchange, readRecording, type RecordedConnection, tokenIn } from '../../support/recorded-traffic.js';
import { recordingNames } from '../../support/recording-files.js';
import { differences } from '../../support/recorded-values.js';

expectNoLeaks();

describe('the client, making the calls of every recorded connection at their times, is told what the recorded client was told', () => {
  it.each(recordingNames())('%s', async name => {
    for (const recorded of readRecording(name).connections) {
      const { calls, probe, appHost } = await replaySession(recorded);
      for (const call of calls) expectAsRecorded(call, recorded);
      expect({ problems: appHost.problems, unasked: appHost.unasked, unaskedItems: appHost.unaskedItems }).toEqual({
        problems: [],
        unasked: [],
        unaskedItems: 0,
      });
      if (recorded.exchanges.length === 0) expect(probe).toBeInstanceOf(ConnectionLostError);
    }
  });
});

function expectAsRecorded(call: CallOutcome, recorded: RecordedConnection): void {
  const { answer } = call.exchange;
  if (!answer) expectLost(call.error, recorded);
  else if (answer.error) expectFailure(call.error, answer.error);
  else if (call.items) expectStream(call, recorded);
  else {
    expect(call).toMatchObject({ result: answer.result });
    expectReadable(call.exchange.request.method, call.result);
  }
}

/** A call that was never answered ends with the connection, and tells who ended it. */
function expectLost(error: unknown, { hangsUpAfter }: RecordedConnection): void {
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error).toMatchObject({ reason: hangsUpAfter === undefined ? 'LocallyDisposed' : 'RemotePartyTerminated' });
}

function expectFailure(error: unknown, { code, message, data }: NonNullable<NonNullable<Exchange['answer']>['error']>): void {
  if (code === -32800) return expect(error).toBeInstanceOf(OperationCanceledError);
  expect(error).toBeInstanceOf(code === -32601 || code === -32602 ? MethodNotFoundError : RpcError);
  expect(error).toMatchObject({ rpcCode: code, remoteMessage: message, remoteType: data?.type });
}

/** Every recorded item came, and the stream ended as the recorded one did: by itself, by its client, or with the connection. */
function expectStream({ exchange, items = [], error }: CallOutcome, recorded: RecordedConnection): void {
  const token: unknown = exchange.answer?.result.token;
  const pulls = recorded.exchanges.filter(({ request }) => request.method === '$/enumerator/next' && tokenIn(request.params) === token);
  // What came when the client had left already, it did not take.
  expect(items).toEqual(pulls.flatMap(({ answer, followsCancellation }) => (followsCancellation ? [] : (answer?.result?.values ?? []))));
  for (const item of items) expectReadable(exchange.request.method, item);
  if (pulls.some(({ answer }) => answer?.result?.finished)) expect(error).toBeUndefined();
  else expect([OperationCanceledError, ConnectionLostError]).toContain((error as Error).constructor);
}

/** The reader of the contract keeps all of it. */
function expectReadable(method: string | undefined, value: unknown): void {
  const read = (answerReaders as Readonly<Record<string, (value: unknown) => unknown>>)[method ?? ''];
  if (read) expect(differences(value, read(value))).toEqual([]);
}
