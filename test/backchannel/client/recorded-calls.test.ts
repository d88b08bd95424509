import { OperationCanceledError } from '../../../src/hosting/primitives/index.js';
import { auxMethods, visibleResources } from '../../../src/backchannel/contract/index.js';
import { MethodNotFoundError, type RpcError } from '../../../src/backchannel/rpc/index.js';
import { answerReaders } from '../contract/readers.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { type ConnectionCallOutcome, isConnectionCall, makeRecordedCall } from '../../support/recorded-connection-calls.js';
import { type Exchange, readRecording, type RecordedConnection, tokenIn } from '../../support/recorded-traffic.js';
import { recordingNames } from '../../support/recording-files.js';

expectNoLeaks();

/** Methods whose absence, and other errors, a connection takes for an empty answer. */
const quietMethods: readonly string[] = [auxMethods.getResourceLogs];
/** Whose absence it answers in another way. */
const optionalMethods: readonly string[] = [
  auxMethods.getAppHostInfo,
  auxMethods.getDashboardInfo,
  auxMethods.getDashboardUrls,
  auxMethods.getTerminalInfo,
  auxMethods.listTerminals,
  auxMethods.waitForAppHostReady,
  auxMethods.getConsoleLogs,
  auxMethods.getConsoleLogBatches,
  auxMethods.getAppHostLogEntries,
];

const connections = recordingNames().flatMap(name => readRecording(name).connections.map(recorded => ({ name, recorded })));
const calls = connections.flatMap(({ name, recorded }) =>
  recorded.exchanges.filter(exchange => isConnectionCall(exchange) && !isAnsweredOtherwise(exchange)).map(exchange => ({ name, recorded, exchange })),
);

describe('a connection, making each recorded call that a connection can make, reports what the recorded AppHost answered', () => {
  it.each([...new Set(calls.map(({ name }) => name))])('%s', async name => {
    for (const { recorded, exchange } of calls.filter(call => call.name === name)) {
      const outcome = await makeRecordedCall(exchange, recorded);
      expect({ ...comparable(outcome, exchange), problems: outcome.problems }).toEqual({ ...expected(exchange, recorded), problems: [] });
    }
  });

  it('and each of its calls was recorded', () => {
    const inHandshake = [auxMethods.getAppHostInformation, auxMethods.getCapabilities];
    const neverMade = [auxMethods.getDashboardMcpConnectionInfo, auxMethods.callMcpTool, auxMethods.stop];
    const others = Object.values(auxMethods).filter(method => ![...inHandshake, ...neverMade].some(other => other === method));
    expect([...new Set(calls.map(({ exchange }) => exchange.request.method))].sort()).toEqual([...others].sort());
    expect(calls).toHaveLength(357);
  });
});

/** Errors that a connection is meant to hide; the fallbacks have tests of their own. */
function isAnsweredOtherwise({ request: { method = '' }, answer }: Exchange): boolean {
  if (!answer?.error) return false;
  return quietMethods.includes(method) || (optionalMethods.includes(method) && [-32601, -32602].includes(answer.error.code));
}

function comparable({ reported, error }: ConnectionCallOutcome, { request }: Exchange): object {
  if (error === undefined) return { reported: request.method === auxMethods.stopAppHost ? {} : reported };
  if (error instanceof OperationCanceledError) return { isCanceled: true };
  const { rpcCode, remoteMessage } = error as RpcError;
  return {
    error: { isMissing: error instanceof MethodNotFoundError, rpcCode, remoteMessage },
    namesMethod: (error as Error).message.includes(`'${request.method}'`),
  };
}

function expected({ request: { method = '' }, answer }: Exchange, recorded: RecordedConnection): object {
  if (answer?.error) {
    const { code, message } = answer.error;
    if (code === -32800) return { isCanceled: true };
    return { error: { isMissing: code === -32601 || code === -32602, rpcCode: code, remoteMessage: message }, namesMethod: true };
  }
  const read = (answerReaders as Readonly<Record<string, (value: unknown) => any>>)[method]!;
  const token: unknown = answer?.result?.token;
  if (token !== undefined) {
    const pulls = recorded.exchanges.filter(({ request }) => request.method === '$/enumerator/next' && tokenIn(request.params) === token);
    return { reported: pulls.flatMap(pull => pull.answer?.result?.values ?? []).map(item => read(item)) };
  }
  const value = read(answer?.result);
  if (method === auxMethods.getResources || method === auxMethods.getResourceSnapshots) return { reported: visibleResources(value, { includeHidden: true }) };
  return { reported: method === auxMethods.waitForAppHostReady ? value.isReady : value };
}
