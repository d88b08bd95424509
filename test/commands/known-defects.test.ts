import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { TimeProvider } from 'hostward';
import { SystemSocketFactory } from '../../src/backchannel/platform/index.js';
import { serveRpc } from '../../src/backchannel/rpc/index.js';
import { JsonView } from '../../src/commands/demo/json-view.js';
import { LineView } from '../../src/commands/demo/line-view.js';
import type { FeedEvent } from '../../src/commands/demo/app-host-feed.js';
import { eventually } from '../support/eventually.js';
import { appHostIdentity } from '../support/fake-machine.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { hostward, ScratchHome, start } from '../support/programs.js';

/** Beyond what any system gives to a process. */
const deadPid = 2_147_483_646;

describe('known defects of the original, by their number in backchannel.md: commands', () => {
  expectNoLeaks();

  it('26: lists AppHosts and leaves everything as it was, though they have lost their CLI, are wrong about their start, or are gone', async () => {
    await using home = await ScratchHome.create();
    await using bystander = start('sleep', ['60'], { home: home.path });
    mkdirSync(home.socketDirectory, { recursive: true, mode: 0o700 });
    const at = (name: string) => join(home.socketDirectory, name);
    const left = createServer().listen(at('tmp'));
    await eventually('the socket', () => left.listening);
    const orphan = at(`X7PRTlj8i5MBBBBBBBB.${deadPid}`);
    renameSync(at('tmp'), orphan);
    await new Promise(resolve => left.close(resolve));
    const claims = { appHostPath: '/srv/app/apphost.ts', processId: bystander.pid, cliProcessId: deadPid, cliStartedAt: null };
    const lie = { ...claims, startedAt: '1999-01-01T00:00:00Z', stableStartedAt: '1970-01-01T00:00:00.010Z' };
    const factory = new SystemSocketFactory();
    const serve = (name: string, information: object) =>
      factory.listen(at(name), stream => {
        const methods = { ...appHostIdentity('', 1), GetAppHostInformationAsync: { parameters: [], invoke: () => information } };
        serveRpc(stream, methods, { timeProvider: TimeProvider.system });
      });
    await using silent = await serve(`Pd8lP5fXBFQAAAAAAAA.${bystander.pid}`, { ...claims, startedAt: null });
    await using wrong = await serve(`rXAFZXXlWxwAAAAAAAA.${bystander.pid}`, lie);
    const { exitCode, stdout } = await hostward(['ps', '--format', 'json'], { home: home.path });
    const listed = (JSON.parse(stdout) as { status: string; appHostPid: number }[]).map(({ status, appHostPid }) => [status, appHostPid]);
    expect({ exitCode, listed }).toEqual({
      exitCode: 0,
      listed: [
        ['running', bystander.pid],
        ['running', bystander.pid],
        ['not responding', deadPid],
      ],
    });
    expect([bystander.child.exitCode, bystander.child.signalCode]).toEqual([null, null]);
    expect([silent.path, wrong.path, orphan].map(existsSync)).toEqual([true, true, true]);
  });

  const resource = {
    name: 'job',
    displayName: 'job',
    resourceType: 'Executable',
    state: '',
    healthStatus: null,
    environmentVariables: [{ name: 'AWS_SECRET_ACCESS_KEY', value: 'of the environment', isFromSpec: true }],
    urls: [{ name: 'http', url: 'http://localhost:1/login?t=of-an-address' }],
    properties: { apiKey: 'of a property' },
  };
  const event = { kind: 'resourceChanged', appHost: { path: '/srv/app/apphost.ts', processId: 101 }, resource } as unknown as FeedEvent;

  /** What all views print of the resource. */
  function printed(): string {
    let text = '';
    const out = { isTerminal: false, columns: 80, write: (part: string) => void (text += part) } as never;
    new JsonView(out, TimeProvider.system).show(event);
    new LineView(out).show(event);
    return text;
  }

  it('56: prints no address and no property of a resource, because they may hold tokens', () => {
    expect(printed()).toContain('"name":"job"');
    expect(printed()).not.toMatch(/of-an-address|of a property/);
  });

  it('57: prints no environment of a resource, because it may be that of the AppHost', () => {
    expect(printed()).not.toContain('of the environment');
  });

  it('60: prints an empty state as one that is not known', () => {
    expect(printed()).toContain('job Unknown');
  });
});
