import { listAppHostsTool } from '../../../../src/commands/mcp/tools/list-app-hosts-tool.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { connection, silentSocket } from '../fake-monitor.js';
import { textOf, ToolScene } from './tool-scene.js';

const entry = (appHostPath: string, appHostPid: number) =>
  `  {\n    "appHostPath": "${appHostPath}",\n    "appHostPid": ${appHostPid},\n    "cliPid": null\n  }`;

describe('list_apphosts', () => {
  expectNoLeaks();

  it('looks for AppHosts first, and lists those in the working directory and those elsewhere as the real CLI does', async () => {
    const scene = new ToolScene();
    scene.monitor.onScan = () => {
      scene.monitor.connections = [connection('/srv/app/apphost.ts'), connection('/srv/other/apphost.ts', { processId: 102, isInScope: false })];
    };
    expect(textOf(await scene.call(listAppHostsTool))).toBe(
      'These are the AppHosts of this user that run on this machine and answer.\n\n' +
        `App hosts within scope of working directory: /srv/app\n\n[\n${entry('/srv/app/apphost.ts', 101)}\n]\n\n` +
        `App hosts outside scope of working directory:\n\n[\n${entry('/srv/other/apphost.ts', 102)}\n]\n`,
    );
  });

  it('lists nothing where nothing runs, and an AppHost that says nothing of itself as unknown', async () => {
    const scene = new ToolScene();
    expect(textOf(await scene.call(listAppHostsTool))).toMatch(/directory: \/srv\/app\n\n\[\]\n\nApp hosts outside scope of working directory:\n\n\[\]\n$/);
    scene.monitor.connections = [connection(undefined, { isInScope: false })];
    expect(textOf(await scene.call(listAppHostsTool))).toContain(entry('Unknown', 0));
  });

  it('names sockets on which nobody answers, and why, without what is connected or gone, and counts those of AppHosts that have ended', async () => {
    const scene = new ToolScene();
    scene.monitor.sockets = [
      silentSocket({ appHostPath: '/srv/hung/apphost.ts', problem: new Error('It failed\nwith token=abcdef.') }),
      silentSocket({ state: 'discovered', processId: undefined, problem: undefined, failedAttempts: 0 }),
      silentSocket({ state: 'handshaking', problem: undefined, failedAttempts: 3 }),
      silentSocket({ state: 'connected' }),
      silentSocket({ state: 'gone' }),
      silentSocket({ state: 'orphaned' }),
    ];
    const [, silent = ''] = textOf(await scene.call(listAppHostsTool)).split('Sockets on which no app host answers:\n\n');
    const { socketPath } = silentSocket();
    const [entries = '', left] = silent.split('\n\n');
    expect(left).toBe('Sockets that are left over from app hosts that have ended: 1.\n');
    expect(JSON.parse(entries)).toEqual([
      { socketPath, appHostPid: 202, appHostPath: '/srv/hung/apphost.ts', state: 'backingOff', reason: 'It failed with token=***' },
      { socketPath, appHostPid: null, appHostPath: null, state: 'discovered', reason: 'It has not answered yet.' },
      { socketPath, appHostPid: 202, appHostPath: null, state: 'handshaking', reason: 'It is tried again, after 3 attempts that failed.' },
    ]);
  });

  it('waits no longer than its deadline for one that hangs, and says what it knows until then', async () => {
    const scene = new ToolScene();
    scene.monitor.connections = [connection('/srv/app/apphost.ts')];
    scene.monitor.sockets = [silentSocket({ state: 'handshaking', problem: undefined, failedAttempts: 0 })];
    scene.monitor.onScan = () => new Promise(() => undefined);
    let text: string | undefined;
    void scene.call(listAppHostsTool).then(result => (text = textOf(result)));
    await scene.time.advanceAsync(5_999);
    expect(text).toBeUndefined();
    await scene.time.advanceAsync(1);
    expect(text).toMatch(
      /"appHostPath": "\/srv\/app\/apphost.ts"[^]*"state": "handshaking",\n +"reason": "It has not answered yet\."[^]*\n\nNot all of them had answered after 6000 ms\.\n$/,
    );
    expect(scene.time.pendingTimers).toEqual([]);
  });

  it('ends when the client cancels it', async () => {
    const scene = new ToolScene();
    scene.monitor.onScan = () => new Promise(() => undefined);
    const call = scene.call(listAppHostsTool);
    scene.cancellation.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(scene.time.pendingTimers).toEqual([]);
  });

  it('is bounded', async () => {
    const scene = new ToolScene();
    scene.monitor.connections = Array.from({ length: 2_005 }, (_, index) => connection(`/srv/app/${index}.ts`, { processId: index + 1 }));
    expect(textOf(await scene.call(listAppHostsTool))).toContain('\n]\n\nAnd 5 more.\n\n');
  });
});
