import { symlinkSync } from 'node:fs';
import { computeAppHostId } from '../../../../src/backchannel/naming/index.js';
import { selectAppHostTool } from '../../../../src/commands/mcp/tools/select-app-host-tool.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { TemporaryFolder } from '../../../support/temporary-folder.js';
import { connection, silentSocket } from '../fake-monitor.js';
import { textOf, ToolScene } from './tool-scene.js';

const select = async (scene: ToolScene, appHostPath?: unknown): Promise<string> =>
  textOf(await scene.call(selectAppHostTool, appHostPath === undefined ? {} : { appHostPath }));

describe('select_apphost', () => {
  expectNoLeaks();

  it.each([
    [undefined, "The 'appHostPath' argument is required."],
    [null, "The 'appHostPath' argument is required."],
    ['', "The 'appHostPath' argument cannot be empty."],
    ['  ', "The 'appHostPath' argument cannot be empty."],
    [5, "The 'appHostPath' argument must be a string, but it is a number."],
    [['/a'], "The 'appHostPath' argument must be a string, but it is an array."],
    [{}, "The 'appHostPath' argument must be a string, but it is an object."],
    ['/a\0b', "The 'appHostPath' argument must be a path, but it has a null character."],
    [`/${'x'.repeat(5_000)}`, "The 'appHostPath' argument must be a path of up to 4096 characters, but it has 5001."],
  ])('refuses %j', async (given, problem) => {
    const scene = new ToolScene();
    expect(await select(scene, given)).toBe(`ERROR: ${problem}`);
    expect([scene.monitor.scans, scene.monitor.selectedAppHostPath]).toEqual([0, undefined]);
  });

  it.each(['/srv/app/apphost.ts', 'apphost.ts', './x/../apphost.ts', '../app/apphost.ts'])(
    'selects by %s, without a scan when the AppHost is known',
    async path => {
      const scene = new ToolScene();
      scene.monitor.connections = [connection('/srv/app/apphost.ts'), connection('/srv/app/other.ts', { processId: 102 })];
      expect(await select(scene, path)).toBe('Selected AppHost: /srv/app/apphost.ts');
      expect([scene.monitor.selectedAppHostPath, scene.monitor.scans]).toEqual(['/srv/app/apphost.ts', 0]);
    },
  );

  it('looks for an AppHost that is not known yet', async () => {
    const scene = new ToolScene();
    scene.monitor.onScan = () => void (scene.monitor.connections = [connection('/srv/app/apphost.ts')]);
    expect(await select(scene, 'apphost.ts')).toBe('Selected AppHost: /srv/app/apphost.ts');
  });

  it('resolves symbolic links on both sides', async () => {
    using folder = new TemporaryFolder({ 'real/apphost.ts': '' });
    symlinkSync(folder.at('real'), folder.at('link'));
    for (const [running, asked] of [
      ['real/apphost.ts', 'link/apphost.ts'],
      ['link/apphost.ts', 'real/apphost.ts'],
    ] as const) {
      const scene = new ToolScene(folder.path);
      scene.monitor.connections = [connection(folder.at(running))];
      expect(await select(scene, asked)).toBe(`Selected AppHost: ${folder.at(running)}`);
      expect((await scene.monitor.resolveSelected()).reason).toBe('selected');
    }
  });

  it('counts several instances of a file as one AppHost', async () => {
    const scene = new ToolScene();
    scene.monitor.connections = [connection('/srv/app/apphost.ts'), connection('/srv/app/apphost.ts', { processId: 102 })];
    expect(await select(scene, '.')).toBe('Selected AppHost: /srv/app/apphost.ts');
  });

  it('takes a directory with exactly one AppHost in it, or else below it', async () => {
    const scene = new ToolScene();
    scene.monitor.connections = [
      connection('/srv/app/apphost.ts'),
      connection('/srv/app/deep/er/apphost.ts', { processId: 102 }),
      connection('/srv/apple/a.ts'),
    ];
    expect(await select(scene, '/srv/app')).toBe('Selected AppHost: /srv/app/apphost.ts');
    expect(await select(scene, '/srv/app/deep/')).toBe('Selected AppHost: /srv/app/deep/er/apphost.ts');
    expect(await select(scene, '/srv')).toBe(
      "ERROR: Several AppHosts run in '/srv'. Specify which of them to use:\n  - /srv/app/apphost.ts\n  - /srv/app/deep/er/apphost.ts\n  - /srv/apple/a.ts",
    );
    expect(scene.monitor.selectedAppHostPath).toBe('/srv/app/deep/er/apphost.ts');
  });

  it('looks for others before it takes a directory for one with a single AppHost', async () => {
    const scene = new ToolScene();
    scene.monitor.connections = [connection('/srv/app/a.ts')];
    scene.monitor.onScan = () => void scene.monitor.connections.push(connection('/srv/app/b.ts', { processId: 102 }));
    expect(await select(scene, '/srv/app')).toMatch(/^ERROR: Several AppHosts run in '\/srv\/app'/);
  });

  it('says what there is when there is no such AppHost, and keeps what was selected', async () => {
    const scene = new ToolScene();
    scene.monitor.selectedAppHostPath = '/srv/app/a.ts';
    expect(await select(scene, 'none.ts')).toBe("ERROR: No running AppHost found at path '/srv/app/none.ts'. No AppHosts are currently running.");
    scene.monitor.connections = [connection('/srv/app/a.ts'), connection(undefined, { processId: 102 })];
    expect(await select(scene, 'none.ts')).toBe(
      "ERROR: No running AppHost found at path '/srv/app/none.ts'. Available AppHosts:\n  - /srv/app/a.ts\n  - an AppHost without a path, at /home/u/.aspire/cli/bch/AAAAAAAAAAAAAAAAAAA.102",
    );
    expect(scene.monitor.selectedAppHostPath).toBe('/srv/app/a.ts');
  });

  it('says that an AppHost runs and does not answer, also when it never did', async () => {
    const scene = new ToolScene();
    scene.monitor.sockets = [silentSocket({ appHostId: await computeAppHostId('/srv/app/hung.ts') }), silentSocket({ appHostPath: '/srv/app/stopped.ts' })];
    for (const file of ['hung.ts', 'stopped.ts'])
      expect(await select(scene, file)).toBe(
        `ERROR: The AppHost at path '/srv/app/${file}' does not answer. It accepted the connection, but the handshake did not finish within 5000 ms.`,
      );
    expect(scene.monitor.selectedAppHostPath).toBeUndefined();
  });

  it('waits no longer than its deadline for AppHosts that hang', async () => {
    const scene = new ToolScene();
    scene.monitor.onScan = () => new Promise(() => undefined);
    let text: string | undefined;
    void select(scene, 'none.ts').then(result => (text = result));
    await scene.time.advanceAsync(6_000);
    await new Promise(resolve => setImmediate(resolve));
    await scene.time.advanceAsync(0);
    expect([text?.slice(0, 30), scene.time.pendingTimers]).toEqual(['ERROR: No running AppHost foun', []]);
  });
});
