import { AppHostConnection, ConnectionLostError, ContractError, MethodNotFoundError, type WireLogEntry } from 'hostward/backchannel';
import { FakeLogger, FakeTimeProvider } from 'hostward/testing';
import { DeadlineExceededError, OperationCanceledError } from '../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { playOut } from '../../support/recorded-clock.js';
import { answering, appHostPath, connectTo, failing, hangingUp, levels, type Script, ScriptedAppHost, silent } from '../../support/scripted-app-host.js';
import { listenerCount, settle } from '../rpc/raw-peer.js';

expectNoLeaks();

const unsignalled = new AbortController().signal;

/** Opens a connection that cannot come about; returns why, when nothing is left of it. */
async function failureOf(
  scripts: Readonly<Record<string, Script>>,
  signal: AbortSignal = unsignalled,
): Promise<{ error: any; elapsed: number; heard: readonly string[] }> {
  const time = new FakeTimeProvider();
  const appHost = new ScriptedAppHost(scripts);
  const began = time.getTimestamp();
  const opening = AppHostConnection.open(appHost.stream, { timeProvider: time, signal });
  const error: unknown = await playOut(
    time,
    opening.then(
      () => 'It was opened.',
      (reason: unknown) => reason,
    ),
  );
  expect({ closed: appHost.stream.closed, timers: time.pendingTimers, listeners: listenerCount(appHost.stream) }).toEqual({
    closed: true,
    timers: [],
    listeners: 0,
  });
  return { error, elapsed: time.getElapsedMilliseconds(began), heard: appHost.heard };
}

describe('opening a connection', () => {
  it('asks who the AppHost is and what it can do', async () => {
    await using scene = await connectTo({});
    expect(scene.appHost.heard).toEqual(['GetAppHostInformationAsync []', 'GetCapabilitiesAsync [{}]']);
    const { information, capabilities, isClosed } = scene.connection;
    expect({ path: information?.appHostPath, pid: information?.processId, capabilities, isClosed }).toEqual({
      path: appHostPath,
      pid: 4711,
      capabilities: levels.v3,
      isClosed: false,
    });
    expect(['aux.v3', 'aux.v4'].map(level => scene.connection.supports(level))).toEqual([true, false]);
  });

  it('waits for no answer before it asks the second question', async () => {
    const appHost = new ScriptedAppHost({ GetAppHostInformationAsync: silent, GetCapabilitiesAsync: silent });
    const giveUp = new AbortController();
    const opening = AppHostConnection.open(appHost.stream, { timeProvider: new FakeTimeProvider(), signal: giveUp.signal });
    await settle();
    expect(appHost.heard).toEqual(['GetAppHostInformationAsync []', 'GetCapabilitiesAsync [{}]']);
    giveUp.abort();
    await expect(opening).rejects.toBeInstanceOf(OperationCanceledError);
  });

  it('goes on with an AppHost that says nothing of itself', async () => {
    await using scene = await connectTo({ GetAppHostInformationAsync: answering(null) });
    expect(scene.connection.information).toBeUndefined();
    expect(scene.connection.capabilities).toEqual(levels.v3);
  });

  it('fails with what was asked and what was wrong when an AppHost does not say where it is', async () => {
    const { error } = await failureOf({ GetAppHostInformationAsync: answering({ processId: 1 }) });
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toMatchObject({ member: 'AppHostInformation.appHostPath', expected: 'a text', found: 'nothing' });
    expect(error.message).toMatch(/^'GetAppHostInformationAsync' of the AppHost: 'AppHostInformation.appHostPath' is not/);
  });

  it.each([
    ['lacks the method that says who it is', failing(-32601), MethodNotFoundError],
    ['hangs up', hangingUp, ConnectionLostError],
  ])('fails when an AppHost %s', async (_what, script, type) => {
    expect((await failureOf({ GetAppHostInformationAsync: script })).error).toBeInstanceOf(type);
  });

  it('fails after 10 seconds when an AppHost does not say who it is', async () => {
    const { error, elapsed } = await failureOf({ GetAppHostInformationAsync: silent });
    expect(error).toBeInstanceOf(DeadlineExceededError);
    expect({ what: error.what, elapsed }).toEqual({ what: "The call 'GetAppHostInformationAsync' to the AppHost", elapsed: 10_000 });
  });

  it('does not take an AppHost that hangs up between the two questions for an old one', async () => {
    const { error } = await failureOf({ GetCapabilitiesAsync: hangingUp });
    expect(error).toBeInstanceOf(ConnectionLostError);
    expect(error.message).toMatch(`'GetCapabilitiesAsync' of the AppHost '${appHostPath}': The connection is lost`);
  });

  it('ends with its signal before anything is asked', async () => {
    const { error, heard } = await failureOf({}, AbortSignal.abort('enough'));
    expect(error).toBeInstanceOf(OperationCanceledError);
    expect({ cause: error.cause, heard }).toEqual({ cause: 'enough', heard: [] });
  });

  it.each(['GetAppHostInformationAsync', 'GetCapabilitiesAsync'])('ends with its signal while %s is not answered', async method => {
    const giveUp = new AbortController();
    const { error, elapsed } = await failureOf({ [method]: () => giveUp.abort('enough') }, giveUp.signal);
    expect(error).toBeInstanceOf(OperationCanceledError);
    expect({ cause: error.cause, elapsed }).toEqual({ cause: 'enough', elapsed: 0 });
  });

  it('ends at once with its signal although the AppHost reads nothing', async () => {
    const time = new FakeTimeProvider();
    const appHost = new ScriptedAppHost();
    appHost.far.removeAllListeners('data').pause();
    const giveUp = new AbortController();
    const opening = AppHostConnection.open(appHost.stream, { timeProvider: time, signal: giveUp.signal });
    giveUp.abort();
    await expect(opening).rejects.toBeInstanceOf(OperationCanceledError);
    expect({ closed: appHost.stream.closed, timers: time.pendingTimers }).toEqual({ closed: true, timers: [] });
  });
});

describe('the capabilities of an AppHost', () => {
  it.each([
    ['lacks the method', failing(-32601)],
    ['does not take its argument', failing(-32602)],
  ])('are aux.v1, at debug level, when it %s', async (_what, script) => {
    const logger = new FakeLogger();
    await using scene = await connectTo({ GetCapabilitiesAsync: script }, [], { logger });
    expect(scene.connection.capabilities).toEqual(['aux.v1']);
    expect(logger.collector.getSnapshot().map(({ level, message }) => `${level} ${message}`)).toEqual(['debug The AppHost has no GetCapabilitiesAsync']);
  });

  it.each([
    ['fails', failing(-32000, 'boom'), 'boom'],
    ['cancels', failing(-32800), 'canceled by the peer'],
    ['answers with a number', answering(5), "'Capabilities' is not as the contract has it: expected an object, found a number"],
    ['has a number among them', answering({ capabilities: ['aux.v1', 2] }), "'Capabilities.capabilities[1]'"],
    ['does not answer in time', silent, '10000 ms'],
  ])('are aux.v1, with a warning, when it %s', async (_what, script, reason) => {
    const logger = new FakeLogger();
    await using scene = await connectTo({ GetCapabilitiesAsync: script }, [], { logger });
    expect(scene.connection.capabilities).toEqual(['aux.v1']);
    const [entry, another] = logger.collector.getSnapshot();
    expect({ level: entry?.level, message: entry?.message, another }).toEqual({
      level: 'warning',
      message: 'The AppHost did not say what it can do; it is taken for one that knows aux.v1 alone',
      another: undefined,
    });
    expect(entry?.error?.message).toContain(reason);
  });

  it.each([
    ['null', null],
    ['an object without them', {}],
    ['a list that is null', { capabilities: null }],
  ])('are aux.v1, and all is well, when the answer is %s', async (_what, answer) => {
    const logger = new FakeLogger();
    await using scene = await connectTo({ GetCapabilitiesAsync: answering(answer) }, [], { logger });
    expect(scene.connection.capabilities).toEqual(['aux.v1']);
    expect(logger.collector.getSnapshot().map(({ level, message }) => `${level} ${message}`)).toEqual(['debug The AppHost offers aux.v1']);
  });
});

describe('a connection', () => {
  it('passes on every message, counts them, and says which trace each belongs to', async () => {
    const entries: WireLogEntry[] = [];
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await using scene = await connectTo({}, levels.v3, { wireLog: entry => entries.push(entry), traceContext: () => ({ traceparent }) });
    expect(entries.map(({ direction }) => direction)).toEqual(['sent', 'sent', 'received', 'received']);
    expect(entries.filter(({ direction }) => direction === 'sent').every(({ text }) => text.includes(traceparent))).toBe(true);
    expect(scene.connection.counters).toMatchObject({ messagesSent: 2, messagesReceived: 2 });
  });

  it('tells how it ended, and rejects calls from then on', async () => {
    await using scene = await connectTo({ StopAppHostAsync: reply => (reply.result(null), reply.hangUp()) });
    const { connection, play } = scene;
    expect(await play(connection.stopAppHost())).toBe(true);
    expect(await play(connection.closed)).toBeUndefined();
    expect(connection.isClosed).toBe(true);
    await expect(connection.getResources()).rejects.toMatchObject({ reason: 'RemotePartyTerminated' });
  });

  it('ends what is pending when it is disposed, each with an error of its own', async () => {
    const scene = await connectTo({ GetResourcesAsync: silent, WatchResourcesAsync: reply => reply.stream([], 'silence') });
    const [resources, watch] = [scene.connection.getResources(), scene.connection.watchResources().next()];
    const outcomes = Promise.allSettled([resources, watch]);
    await scene[Symbol.asyncDispose]();
    const messages = (await outcomes).map(outcome => outcome.status === 'rejected' && (outcome.reason as ConnectionLostError).message);
    const lost = `of the AppHost '${appHostPath}': The connection is lost: this side closed it.`;
    expect(messages).toEqual([`'GetResourcesAsync' ${lost}`, `'WatchResourcesAsync' ${lost}`]);
  });
});
