import { addAppHost, addExecutable, type ExecutableOptions } from 'hostward/apphost';
import fc from 'fast-check';
import { delay } from 'hostward';
import type { DeclaredLifecycle } from '../../../../src/backchannel/apphost/resources/declared-lifecycle.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { TemporaryFolder } from '../../../support/temporary-folder.js';
import { ResourceScene } from './resource-scene.js';

expectNoLeaks();

const open = (options: ExecutableOptions = {}) => ResourceScene.open(services => addExecutable(services, 'web', 'node', options));
const steady = { when: 'onFailure', jitter: 0 } as const;

describe('an executable', () => {
  it('starts with the host and shows what the recordings of the original show', async () => {
    await using scene = await open({ args: ['server.mjs'], environment: { PORT: '8080', API_KEY: 'x', PATH: undefined }, workingDirectory: '/srv/app' });
    const { name, displayName, facts } = scene.resource('web');
    expect(name).toMatch(/^web-[a-z]{8}$/);
    expect(displayName).toBe('web');
    expect(scene.history('web')).toEqual(['NotStarted', 'Starting', 'Running']);
    expect(facts).toMatchObject({
      resourceType: 'Executable',
      state: 'Running',
      exitCode: null,
      createdAt: '2000-01-01T00:00:00.000Z',
      startedAt: '2000-01-01T00:00:00.002Z',
      stoppedAt: null,
      environmentVariables: [
        { name: 'PORT', value: '8080', isFromSpec: true },
        { name: 'API_KEY', value: null, isFromSpec: true },
      ],
      properties: {
        'executable.path': 'node',
        'executable.workDir': '/srv/app',
        'executable.args': null,
        'executable.pid': 1000,
        'resource.appArgs': ['server.mjs'],
        'resource.appArgsSensitivity': [0],
      },
    });
    const { request } = scene.launcher.of('node');
    expect(request).toMatchObject({ command: 'node', args: ['server.mjs'], workingDirectory: '/srv/app', environment: { PORT: '8080', API_KEY: 'x' } });
    expect(request.environment).not.toHaveProperty('PATH');
    expect(request.environment['HOME']).toBe(process.env['HOME']);
    expect(scene.logOf('web')).toEqual(['[sys] Starting process...: Cmd = node, Args = ["server.mjs"]']);
  });

  it('is looked for where the AppHost stands', async () => {
    using home = new TemporaryFolder();
    await using scene = await ResourceScene.open(services => {
      addAppHost(services, { appHostPath: '/srv/app/apphost.ts', homeDirectory: home.path });
      addExecutable(services, 'web', 'node', { workingDirectory: 'web' });
    }, false);
    expect(scene.resource('web').facts.properties).toMatchObject({ 'executable.workDir': '/srv/app/web' });
  });

  it('masks the values of arguments that are named like a secret, wherever they are shown', async () => {
    await using scene = await open({ args: ['--password=hunter2', '--token', 'abc', '--port', '80', '--api-key', '--verbose'] });
    const shown = ['--password=***', '--token', '***', '--port', '80', '--api-key', '--verbose'];
    expect(scene.resource('web').facts.properties).toMatchObject({ 'resource.appArgs': shown, 'resource.appArgsSensitivity': [1, 0, 1, 0, 0, 0, 0] });
    expect(scene.logOf('web')[0]).not.toMatch(/hunter2|abc/);
    expect(scene.launcher.of('node').request.args[0]).toBe('--password=hunter2');
  });

  it('logs what it writes, by line, and the last one at its end', async () => {
    await using scene = await open();
    const process = scene.launcher.of('node');
    process.writes('one\ntw');
    process.writes('bad\n', true);
    process.writes('o\r\nthree');
    process.exits(0);
    await scene.time.advanceAsync(1);
    expect(scene.logOf('web').slice(1)).toEqual(['one', '! bad', 'two', 'three', '[sys] The process has ended with exit code 0']);
    expect([process.isDrained, process.isDisposed]).toEqual([true, true]);
  });

  it.each([
    ['with code 0', 0, null, 0, '[sys] The process has ended with exit code 0'],
    ['with another code', 7, null, 7, '! [sys] The process has ended with exit code 7'],
    ['by a signal', null, 'SIGSEGV', 139, '! [sys] The process was ended by SIGSEGV'],
  ] as const)('that ends by itself %s is Finished', async (_how, code, signal, exitCode, said) => {
    await using scene = await open();
    await scene.time.advanceAsync(1000);
    scene.launcher.of('node').exits(code, signal);
    await scene.time.advanceAsync(1);
    expect(scene.resource('web').facts).toMatchObject({ state: 'Finished', exitCode, stoppedAt: '2000-01-01T00:00:01.010Z' });
    expect(scene.logOf('web').at(-1)).toBe(said);
    expect(scene.history('web')).toEqual(['NotStarted', 'Starting', 'Running', 'Finished']);
  });

  it('that cannot be started says why, in its state and its log, and to whoever has asked', async () => {
    await using scene = await ResourceScene.open((services, { failures }) => {
      failures.push('it is nowhere.', 'still nowhere.');
      addExecutable(services, 'web', 'node');
    });
    expect(scene.resource('web').facts).toMatchObject({
      state: 'FailedToStart',
      exitCode: null,
      startedAt: '2000-01-01T00:00:00.002Z',
      stoppedAt: '2000-01-01T00:00:00.002Z',
    });
    expect(scene.logOf('web').at(-1)).toBe("! [sys] Failed to start a process: Cmd = node, Args = [], Error = 'node' cannot be started: it is nowhere.");
    expect(scene.errors).toEqual(['Resource web failed to start']);
    await expect(scene.start('web')).rejects.toMatchObject({ code: 'ERR_PROCESS_LAUNCH' });
    await scene.start('web');
    expect(scene.history('web')).toEqual(['NotStarted', 'Starting', 'FailedToStart', 'Starting', 'FailedToStart', 'Starting', 'Running']);
  });

  it('with an explicit start waits until somebody starts it', async () => {
    await using scene = await open({ explicitStart: true });
    await scene.time.advanceAsync(60_000);
    expect(scene.history('web')).toEqual(['NotStarted']);
    await scene.stop('web');
    expect(scene.history('web')).toEqual(['NotStarted']);
    await scene.start('web');
    expect(scene.state('web')).toBe('Running');
  });

  it('stops on request with exit code -1, as recorded, and starts again without any of the facts of its end', async () => {
    await using scene = await open();
    await scene.stop('web');
    expect(scene.resource('web').facts).toMatchObject({ state: 'Finished', exitCode: -1 });
    expect(scene.launcher.of('node').signals).toEqual(['SIGTERM']);
    await scene.stop('web');
    await scene.start('web');
    await scene.start('web');
    expect(scene.launcher.processes).toHaveLength(2);
    expect(scene.resource('web').facts).toMatchObject({ state: 'Running', exitCode: null, stoppedAt: null, properties: { 'executable.pid': 1001 } });
    expect(scene.history('web')).toEqual(['NotStarted', 'Starting', 'Running', 'Stopping', 'Finished', 'Starting', 'Running']);
    expect(scene.logOf('web')).toEqual([
      '[sys] Starting process...: Cmd = node, Args = []',
      '[sys] Stopping process 1000 and all that it has started: SIGTERM',
      '[sys] The process and all that it had started have ended',
      '[sys] Starting process...: Cmd = node, Args = []',
    ]);
  });

  it('gets its own stop signal, and SIGKILL when it does not heed it in time', async () => {
    await using scene = await open({ stopSignal: 'SIGINT', stopTimeout: 3_000 });
    const process = scene.launcher.of('node');
    process.manners = 'deaf';
    const stopped = scene.resource('web').lifecycle!.stop(new AbortController().signal);
    await scene.time.advanceAsync(2_900);
    expect([scene.state('web'), process.signals]).toEqual(['Stopping', ['SIGINT']]);
    await scene.time.advanceAsync(200);
    await stopped;
    expect([scene.state('web'), process.signals]).toEqual(['Finished', ['SIGINT', 'SIGKILL']]);
    expect(scene.logOf('web').slice(-3)).toEqual([
      '[sys] Stopping process 1000 and all that it has started: SIGINT',
      '! [sys] Still there after 3000 ms: process 1000 or what it has started: SIGKILL',
      '[sys] The process and all that it had started have ended',
    ]);
  });

  it('that even SIGKILL does not end goes on running, and says so', async () => {
    await using scene = await open();
    const process = scene.launcher.of('node');
    process.manners = 'immortal';
    const stopped = scene.resource('web').lifecycle!.stop(new AbortController().signal);
    await Promise.all([expect(stopped).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' }), scene.time.advanceAsync(16_000)]);
    expect(scene.state('web')).toBe('Running');
    expect(scene.logOf('web').at(-1)).toMatch(/^! \[sys\] It could not be stopped: /);
    process.manners = 'heeding';
    await scene.stop('web');
    expect(scene.state('web')).toBe('Finished');
  });

  it('is stopped to the end also when nobody waits for it any more', async () => {
    await using scene = await open();
    scene.launcher.of('node').manners = 'deaf';
    const client = new AbortController();
    const stopped = scene.resource('web').lifecycle!.stop(client.signal);
    client.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'ABORT_ERR' });
    await scene.time.advanceAsync(11_000);
    expect(scene.state('web')).toBe('Finished');
  });

  it('that leaves processes behind is Finished only when they are gone', async () => {
    await using scene = await open();
    const process = scene.launcher.of('node');
    process.survivors = 2;
    process.exits(0);
    await scene.time.advanceAsync(2);
    expect([scene.state('web'), process.signals]).toEqual(['Running', ['SIGTERM']]);
    await scene.time.advanceAsync(10);
    expect([scene.state('web'), process.survivors]).toEqual(['Finished', 0]);
    expect(scene.logOf('web').slice(1)).toEqual([
      '[sys] The process has ended and left 2 processes behind, which are ended, too',
      '[sys] Stopping process 1000 and all that it has started: SIGTERM',
      '[sys] The process has ended with exit code 0',
    ]);
  });
});

describe('the restart policy of an executable', () => {
  it('starts it again after a failure, each time after a longer wait, and shows it as waiting without an exit code', async () => {
    await using scene = await open({ restartPolicy: steady });
    for (const wait of [1_000, 2_000, 4_000]) {
      scene.launcher.of('node').exits(1);
      await scene.time.advanceAsync(wait - 10);
      expect(scene.resource('web').facts).toMatchObject({ state: 'Waiting', exitCode: null, startedAt: null });
      await scene.time.advanceAsync(20);
      expect(scene.state('web')).toBe('Running');
    }
    expect(scene.launcher.processes).toHaveLength(4);
    expect(scene.logOf('web').filter(line => line.includes('again'))).toEqual([
      '[sys] It is started again in 1000 ms; restart 1',
      '[sys] It is started again in 2000 ms; restart 2',
      '[sys] It is started again in 4000 ms; restart 3',
    ]);
    scene.launcher.of('node').exits(0);
    await scene.time.advanceAsync(1);
    expect(scene.state('web')).toBe('Finished');
  });

  it('ends at its limit, with the last exit code, and a start by hand begins anew', async () => {
    await using scene = await open({ restartPolicy: { ...steady, maxRestarts: 1 } });
    scene.launcher.onLaunch = process => process.exits(9);
    scene.launcher.of('node').exits(9);
    await scene.time.advanceAsync(60_000);
    expect(scene.resource('web').facts).toMatchObject({ state: 'Finished', exitCode: 9 });
    expect(scene.logOf('web').at(-1)).toBe('! [sys] web was restarted once and has ended again: its restart policy allows no more.');
    await scene.start('web');
    await scene.time.advanceAsync(60_000);
    expect(scene.launcher.processes).toHaveLength(4);
  });

  it('counts a start that fails as a failure', async () => {
    await using scene = await open({ restartPolicy: { ...steady, maxRestarts: 2 } });
    scene.launcher.failures.push('busy.', 'busy.');
    scene.launcher.of('node').exits(1);
    await scene.time.advanceAsync(60_000);
    expect(scene.state('web')).toBe('FailedToStart');
    expect(scene.history('web')).toEqual(['NotStarted', 'Starting', 'Running', 'Waiting', 'Starting', 'Waiting', 'Starting', 'FailedToStart']);
  });

  it('does not bring back what somebody stops, before or during the wait', async () => {
    await using scene = await open({ restartPolicy: { ...steady, when: 'always' } });
    await scene.stop('web');
    await scene.time.advanceAsync(60_000);
    expect([scene.state('web'), scene.launcher.processes.length]).toEqual(['Finished', 1]);
    await scene.start('web');
    scene.launcher.of('node').exits(0);
    await scene.time.advanceAsync(500);
    expect(scene.state('web')).toBe('Waiting');
    await scene.stop('web');
    expect(scene.resource('web').facts).toMatchObject({ state: 'Finished', exitCode: -1 });
    await scene.time.advanceAsync(60_000);
    expect([scene.state('web'), scene.launcher.processes.length]).toEqual(['Finished', 2]);
  });

  it('does not bring back what is stopped while the restart waits for its turn', async () => {
    await using scene = await open({ restartPolicy: steady });
    const lifecycle = scene.resource('web').lifecycle as DeclaredLifecycle;
    scene.launcher.of('node').exits(1);
    await scene.time.advanceAsync(500);
    const busy = lifecycle.inTurn(() => delay(2_000, { timeProvider: scene.time }));
    const stopped = lifecycle.stop();
    await scene.time.advanceAsync(60_000);
    await Promise.all([busy, stopped]);
    expect([scene.state('web'), scene.launcher.processes.length]).toEqual(['Finished', 1]);
  });

  it('is overtaken by a start, which is the only one then', async () => {
    await using scene = await open({ restartPolicy: steady });
    scene.launcher.of('node').exits(1);
    await scene.time.advanceAsync(500);
    await scene.start('web');
    await scene.time.advanceAsync(60_000);
    expect([scene.state('web'), scene.launcher.processes.length]).toEqual(['Running', 2]);
  });
});

describe('the health check of an executable', () => {
  const report = (scene: ResourceScene) => scene.resource('web').facts.healthReports?.[0];

  it('is asked each second until it is healthy, then at its interval, and not when it does not run', async () => {
    const answers: ('unhealthy' | 'healthy')[] = ['unhealthy', 'unhealthy'];
    let asked = 0;
    await using scene = await open({ healthCheck: () => (asked++, answers.shift()), healthCheckInterval: 5_000 });
    expect(report(scene)).toEqual({ name: 'web_check', status: 'Unhealthy', description: null, exceptionText: null });
    await scene.time.advanceAsync(2_000);
    expect([asked, report(scene)?.status]).toEqual([3, 'Healthy']);
    await scene.time.advanceAsync(10_000);
    expect(asked).toBe(5);
    await scene.stop('web');
    await scene.time.advanceAsync(60_000);
    expect([asked, report(scene)?.status]).toEqual([5, 'Healthy']);
    const started = scene.resource('web').lifecycle!.start(new AbortController().signal);
    await scene.time.advanceAsync(1);
    expect(report(scene)?.status).toBe(null);
    await scene.time.advanceAsync(1);
    await started;
    expect(asked).toBe(6);
  });

  it('may answer yes or no', async () => {
    let isUp = false;
    await using scene = await open({ healthCheck: () => isUp });
    expect(report(scene)?.status).toBe('Unhealthy');
    isUp = true;
    await scene.time.advanceAsync(1_000);
    expect(report(scene)?.status).toBe('Healthy');
  });

  it('that throws or answers nonsense is unhealthy', async () => {
    let answer: () => never | 'healthy' = () => {
      throw new Error('refused');
    };
    await using scene = await open({ healthCheck: () => answer() });
    expect(report(scene)).toMatchObject({ status: 'Unhealthy', description: 'refused', exceptionText: expect.stringContaining('Error: refused') as string });
    answer = () => 'splendid' as 'healthy';
    await scene.time.advanceAsync(1_000);
    expect(report(scene)?.description).toMatch(/answers with nothing, true, false, healthy, degraded, unhealthy or a report, but not with splendid/);
  });

  it('that does not answer in time is unhealthy, and is never asked twice at a time', async () => {
    let asked = 0;
    let answer: (() => void) | undefined;
    await using scene = await open({ healthCheck: () => (asked++, new Promise<void>(resolve => (answer = resolve))), healthCheckTimeout: 2_000 });
    await scene.time.advanceAsync(30_000);
    expect([asked, report(scene)?.status, report(scene)?.description]).toEqual([1, 'Unhealthy', 'The health check web_check did not finish within 2000 ms.']);
    answer!();
    await scene.time.advanceAsync(1_000);
    expect(asked).toBe(2);
    answer!();
    await scene.time.advanceAsync(1);
    expect(report(scene)?.status).toBe('Healthy');
  });
});

describe('starts and stops of one executable', () => {
  it('come one after the other, whoever asks, and leave at most one process', async () => {
    const step = fc.constantFrom('start', 'stop', 'exit 0', 'exit 1', 'wait', 'leave');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
        await using scene = await open({ restartPolicy: { ...steady, initialDelay: 20 } });
        const running = () => scene.launcher.processes.filter(({ isDisposed }) => !isDisposed).length;
        const { lifecycle } = scene.resource('web');
        const calls: Promise<unknown>[] = [];
        for (const next of steps) {
          const client = new AbortController();
          if (next === 'start') calls.push(lifecycle!.start(client.signal).catch(() => undefined));
          if (next === 'stop') calls.push(lifecycle!.stop(client.signal).catch(() => undefined));
          if (next === 'leave') calls.push(lifecycle!.start(client.signal).catch(() => undefined));
          if (next === 'leave') client.abort();
          if (next.startsWith('exit')) scene.launcher.processes.at(-1)?.exits(Number(next.slice(5)));
          if (next === 'wait') await scene.time.advanceAsync(7);
          expect(running()).toBeLessThanOrEqual(1);
        }
        await scene.time.advanceAsync(5_000);
        await Promise.all(calls);
        expect(running()).toBe(scene.state('web') === 'Running' ? 1 : 0);
        expect(['Running', 'Finished']).toContain(scene.state('web'));
        await scene.stop('web');
        expect([running(), scene.state('web')]).toEqual([0, 'Finished']);
      }),
      { numRuns: 60 },
    );
  });
});
