import { ContractError, RpcError } from 'hostward/backchannel';
import { DeadlineExceededError, OperationCanceledError } from '../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { answering, appHostPath, connectTo, failing, hangingUp, levels, type Reply, type Scripts, silent } from '../../support/scripted-app-host.js';

expectNoLeaks();

const handshake = ['GetAppHostInformationAsync []', 'GetCapabilitiesAsync [{}]'];
const info = { pid: '4711', aspireHostVersion: '13.5.2', appHostPath, cliProcessId: null, startedAt: null, cliLogFilePath: null };
const urls = { dashboardHealthy: true, baseUrlWithLoginToken: 'http://localhost:1/login', codespacesUrlWithLoginToken: null };
const knowing: Scripts = { GetAppHostInfoAsync: answering(info), GetDashboardUrlsAsync: answering(urls) };

const connectAskingAhead = (scripts: Scripts, offered = levels.v3) => connectTo(scripts, offered, { asksAhead: true });

/** Answers when it is told to. */
function onDemand(result: unknown): { readonly script: (reply: Reply) => void; answer: () => void } {
  const demand = { script: (reply: Reply) => void (demand.answer = () => reply.result(result)), answer: () => undefined as void };
  return demand;
}

describe('a connection that asks ahead', () => {
  it('asks for version and dashboard together with the handshake, and gives each answer once', async () => {
    await using scene = await connectAskingAhead(knowing);
    const { connection, appHost, play } = scene;
    const questions = [...handshake, 'GetAppHostInfoAsync [{}]', 'GetDashboardUrlsAsync []'];
    expect(appHost.heard).toEqual(questions);
    expect(await play(Promise.all([connection.getAppHostInfo(), connection.getDashboardUrls()]))).toEqual([info, urls]);
    expect(appHost.heard).toEqual(questions);
    expect(await play(Promise.all([connection.getAppHostInfo(), connection.getDashboardUrls()]))).toEqual([info, urls]);
    expect(appHost.heard).toEqual([...questions, ...questions.slice(2)]);
  });

  it('says of an AppHost that is too old what it said in the handshake, and asks no second time', async () => {
    await using scene = await connectAskingAhead({}, levels.v1);
    const { connection, appHost, play } = scene;
    const answers = await play(Promise.all([connection.getAppHostInfo(), connection.getDashboardUrls()]));
    expect(answers).toMatchObject([{ pid: '4711', aspireHostVersion: 'unknown', appHostPath }, undefined]);
    expect(appHost.calls).toHaveLength(2);
  });

  it('connects before those answers have come, and waits for one that is wanted', async () => {
    const late = onDemand(urls);
    await using scene = await connectAskingAhead({ ...knowing, GetDashboardUrlsAsync: late.script });
    const asked = scene.connection.getDashboardUrls();
    late.answer();
    expect(await scene.play(asked)).toEqual(urls);
    expect(scene.appHost.calls).toHaveLength(2);
  });

  it('gives all answers at once, and once, when all have come well', async () => {
    await using scene = await connectAskingAhead(knowing);
    expect(scene.connection.takeAnswersAhead()).toEqual({ appHostInfo: info, dashboardUrls: urls });
    expect(scene.connection.takeAnswersAhead()).toBeUndefined();
    expect(await scene.play(scene.connection.getDashboardUrls())).toEqual(urls);
    expect(scene.appHost.calls).toHaveLength(3);
  });

  it('gives of an AppHost that is too old what it said in the handshake', async () => {
    await using scene = await connectAskingAhead({}, levels.v1);
    expect(scene.connection.takeAnswersAhead()).toMatchObject({ appHostInfo: { pid: '4711', aspireHostVersion: 'unknown', appHostPath } });
  });

  it('gives nothing while an answer is missing, was refused or was taken, and leaves the others where they are', async () => {
    const late = onDemand(urls);
    await using waiting = await connectAskingAhead({ ...knowing, GetDashboardUrlsAsync: late.script });
    await using refused = await connectAskingAhead({ ...knowing, GetDashboardUrlsAsync: failing(-32000) });
    await using taken = await connectAskingAhead(knowing);
    expect(await taken.play(taken.connection.getDashboardUrls())).toEqual(urls);
    await using plain = await connectTo(knowing, levels.v3);
    for (const { connection, play } of [waiting, refused, taken, plain]) {
      expect(connection.takeAnswersAhead()).toBeUndefined();
      expect(await play(connection.getAppHostInfo())).toEqual(info);
    }
    expect(waiting.appHost.calls).toHaveLength(2);
  });

  it('waits no longer than the caller does, and names the call', async () => {
    await using scene = await connectAskingAhead({ ...knowing, GetAppHostInfoAsync: silent });
    const began = scene.time.getTimestamp();
    const error = await scene.play(scene.connection.getAppHostInfo({ timeout: 300 }).catch((reason: unknown) => reason));
    expect(error).toBeInstanceOf(DeadlineExceededError);
    expect(error).toMatchObject({ milliseconds: 300, what: `The call 'GetAppHostInfoAsync' to the AppHost '${appHostPath}'` });
    expect(scene.time.getElapsedMilliseconds(began)).toBe(300);
  });

  it('lets go of a caller who gives up', async () => {
    await using scene = await connectAskingAhead({ ...knowing, GetDashboardUrlsAsync: silent });
    const giveUp = new AbortController();
    const asked = scene.connection.getDashboardUrls({ signal: giveUp.signal });
    giveUp.abort();
    await expect(asked).rejects.toBeInstanceOf(OperationCanceledError);
  });

  it('fails the caller as the AppHost failed, and nobody when nobody asks', async () => {
    await using scene = await connectAskingAhead({ GetAppHostInfoAsync: answering({ pid: '4711' }), GetDashboardUrlsAsync: failing(-32000) });
    const error = await scene.play(scene.connection.getAppHostInfo().catch((reason: unknown) => reason));
    expect(error).toBeInstanceOf(ContractError);
    expect((error as Error).message).toMatch(new RegExp(`^'GetAppHostInfoAsync' of the AppHost '${appHostPath}'`));
    await expect(scene.connection.getDashboardUrls()).rejects.toBeInstanceOf(RpcError);
    await using other = await connectAskingAhead({ GetAppHostInfoAsync: failing(-32000), GetDashboardUrlsAsync: failing(-32000) });
    expect(other.connection.isClosed).toBe(false);
  });

  it('fails when the AppHost hangs up in the handshake, whatever else was asked', async () => {
    await expect(connectAskingAhead({ ...knowing, GetCapabilitiesAsync: hangingUp })).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
  });
});
