import { type IHostedService, IHostHealth } from 'hostward';
import { addAppHost, addExecutable, addResource, AppHostResource, IResourceHandle } from 'hostward/apphost';
import { ResourceCatalog } from '../../../../src/backchannel/apphost/resources/resource-catalog.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { TemporaryFolder } from '../../../support/temporary-folder.js';
import { ResourceScene } from './resource-scene.js';

expectNoLeaks();

describe('resources of a program that is no AppHost', () => {
  it('run, and a warning says that nobody can see them', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'web', 'node');
      addResource(services, 'queue');
    });
    expect([scene.state('web'), scene.state('queue')]).toEqual(['Running', 'Running']);
    expect(scene.host.logs.entries.filter(({ level }) => level === 'warning').map(({ message }) => message)).toEqual([
      'This program is no AppHost, so that no client can see its resources (web, queue): call addAppHost',
    ]);
  });
});

describe('resources that wait for others', () => {
  it('start when those are up, and show meanwhile what they wait for, as recorded', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'web', 'node', { waitFor: ['db', 'Cache'] });
      addExecutable(services, 'db', 'postgres', { explicitStart: true });
      addExecutable(services, 'cache', 'redis');
    });
    const db = scene.resource('db').name;
    expect(scene.resource('web').facts).toMatchObject({ state: 'Waiting', waitingFor: [db], properties: { 'resource.waitingFor': [db] } });
    expect(scene.resource('web').facts.relationships).toEqual([
      { resourceName: 'db', type: 'WaitFor' },
      { resourceName: 'Cache', type: 'WaitFor' },
    ]);
    await scene.time.advanceAsync(3_600_000);
    expect(scene.state('web')).toBe('Waiting');
    await scene.start('db');
    await scene.time.advanceAsync(5);
    expect(scene.resource('web').facts).toMatchObject({ state: 'Running', waitingFor: null });
    expect(scene.resource('web').facts.properties).not.toHaveProperty(['resource.waitingFor']);
    expect(scene.logOf('web')).toEqual([
      "Waiting for resource 'db' to enter the 'Running' state.",
      "Waiting for resource 'Cache' to enter the 'Running' state.",
      "Finished waiting for resource 'Cache'.",
      "Finished waiting for resource 'db'.",
      '[sys] Starting process...: Cmd = node, Args = []',
    ]);
  });

  it('wait for the health of what has one', async () => {
    let health: 'healthy' | 'degraded' = 'degraded';
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'db', 'postgres', { healthCheck: () => health });
      addExecutable(services, 'web', 'node', { waitFor: ['db'] });
    });
    await scene.time.advanceAsync(5_000);
    expect([scene.state('web'), scene.logOf('web').at(-1)]).toEqual(['Waiting', "Waiting for resource 'db' to become healthy."]);
    health = 'healthy';
    await scene.time.advanceAsync(1_010);
    expect(scene.state('web')).toBe('Running');
  });

  it('wait for the end of a job that has to come first, and only its success will do', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'migrate', 'sh');
      addExecutable(services, 'seed', 'perl');
      addExecutable(services, 'web', 'node', { waitForCompletion: ['migrate'] });
      addExecutable(services, 'shop', 'ruby', { waitForCompletion: ['seed'] });
    });
    expect([scene.state('web'), scene.logOf('web')]).toEqual(['Waiting', ["Waiting for resource 'migrate' to complete."]]);
    scene.launcher.of('sh').exits(0);
    scene.launcher.of('perl').exits(2);
    await scene.time.advanceAsync(10);
    expect([scene.state('web'), scene.state('shop')]).toEqual(['Running', 'FailedToStart']);
    expect(scene.logOf('shop').at(-1)).toBe("! [sys] It is not started, because it waits for 'seed', which has ended: Finished, exit code 2");
  });

  it('are not started when one of those has failed for good, and neither is what waits for them', async () => {
    await using scene = await ResourceScene.open((services, { failures }) => {
      failures.push('nowhere.');
      addExecutable(services, 'db', 'postgres');
      addExecutable(services, 'api', 'node', { waitFor: ['db'] });
      addExecutable(services, 'web', 'node', { waitFor: ['api'] });
    });
    expect(['db', 'api', 'web'].map(name => scene.state(name))).toEqual(['FailedToStart', 'FailedToStart', 'FailedToStart']);
    expect(scene.logOf('web').at(-1)).toBe("! [sys] It is not started, because it waits for 'api', which has ended: FailedToStart");
    expect(scene.resource('web').facts).toMatchObject({ waitingFor: null, startedAt: expect.any(String) as string });
    expect(scene.errors).toEqual([
      'Resource db failed to start',
      "Resource api failed to start. It is not started, because it waits for 'db', which has ended: FailedToStart",
      "Resource web failed to start. It is not started, because it waits for 'api', which has ended: FailedToStart",
    ]);
  });

  it('go on waiting for one that is restarted', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'db', 'postgres', { restartPolicy: { when: 'always', jitter: 0 }, healthCheck: () => 'unhealthy' });
      addExecutable(services, 'web', 'node', { waitFor: ['db'] });
    });
    scene.launcher.of('postgres').exits(1);
    await scene.time.advanceAsync(500);
    expect([scene.state('db'), scene.state('web')]).toEqual(['Waiting', 'Waiting']);
  });

  it('can be started by hand before that, or be stopped for good', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'db', 'postgres', { explicitStart: true });
      addExecutable(services, 'web', 'node', { waitFor: ['db'] });
      addExecutable(services, 'api', 'deno', { waitFor: ['db'] });
    });
    await scene.start('web');
    await scene.stop('api');
    expect([scene.state('web'), scene.state('api')]).toEqual(['Running', 'NotStarted']);
    expect(scene.resource('api').facts.waitingFor).toBe(null);
    await scene.start('db');
    await scene.time.advanceAsync(1_000);
    expect([scene.state('api'), scene.launcher.processes.length]).toEqual(['NotStarted', 2]);
  });

  it('are not shown as waiting after they were stopped, whatever becomes of the others in the same moment', async () => {
    await using scene = await ResourceScene.open(services => {
      addResource(services, 'tenant', { initialState: 'Building' });
      addExecutable(services, 'web', 'node', { waitFor: ['tenant'] });
    });
    scene.host.services.getRequiredKeyedService(IResourceHandle, 'tenant').update({ state: 'Active' });
    await scene.resource('web').lifecycle!.stop(new AbortController().signal);
    await scene.time.advanceAsync(1);
    expect([scene.history('web'), scene.resource('web').facts.waitingFor]).toEqual([['NotStarted', 'Waiting', 'NotStarted'], null]);
  });

  it('wait for hosted services, too', async () => {
    class Queue implements IHostedService {
      async start(): Promise<void> {}
      async stop(): Promise<void> {}
    }
    using home = new TemporaryFolder();
    await using scene = await ResourceScene.open(services => {
      addAppHost(services, { appHostPath: '/srv/app/apphost.ts', homeDirectory: home.path });
      addExecutable(services, 'web', 'node', { waitFor: ['Queue'] });
      services.addHostedService(Queue);
    });
    expect(scene.history('web')).toEqual(['NotStarted', 'Waiting', 'Starting', 'Running']);
    const { resources } = scene.host.services.getRequiredService(ResourceCatalog);
    expect(resources.map(({ displayName }) => displayName)).toEqual(['Queue', 'web']);
  });

  it.each([
    ['one that there is not', ['dbx'], /'web' cannot be declared so: it waits for 'dbx', which is none of the resources: web, db\./],
    ['itself', ['web'], /it waits for itself: web -> web\./],
    ['one that waits for it', ['db'], /it waits for itself: web -> db -> web\./],
  ])('are refused at the start of the host when they wait for %s', async (_what, waitFor, message) => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'web', 'node', { waitFor });
      addExecutable(services, 'db', 'postgres', { waitFor: ['web'], explicitStart: true });
    }, false);
    const started = scene.host.start();
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toMatchObject({ code: 'ERR_RESOURCE_DECLARATION' });
    expect(scene.launcher.processes).toEqual([]);
  });
});

describe('the end of the host', () => {
  it('stops all resources at the same time, but what others wait for only after those', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'db', 'db');
      addExecutable(services, 'migrate', 'migrate', { waitFor: ['db'] });
      addExecutable(services, 'web', 'web', { waitFor: ['DB'], waitForCompletion: ['migrate'], explicitStart: true });
      addExecutable(services, 'mail', 'mail');
    });
    await scene.start('web');
    const moments: string[] = [];
    const names = ['db', 'migrate', 'web', 'mail'];
    const begin = scene.time.getUtcNowMilliseconds();
    for (const name of names)
      scene.resource(name).onChange(() => void moments.push(`${scene.time.getUtcNowMilliseconds() - begin} ms: ${name} ${scene.state(name)}`));
    const stopped = scene.host.stop();
    await scene.time.advanceAsync(50);
    await stopped;
    expect(moments).toEqual([
      '0 ms: web Stopping',
      '0 ms: mail Stopping',
      '5 ms: web Finished',
      '5 ms: mail Finished',
      '5 ms: migrate Stopping',
      '10 ms: migrate Finished',
      '10 ms: db Stopping',
      '15 ms: db Finished',
    ]);
  });

  it('is over before the aspire CLI loses its patience, though nobody heeds a signal and one waits for another', async () => {
    await using scene = await ResourceScene.open(services => {
      for (let number = 0; number < 20; number++) addExecutable(services, `db-${number}`, 'db');
      for (let number = 0; number < 20; number++) addExecutable(services, `web-${number}`, 'web', { waitFor: [`db-${number}`] });
    });
    expect(scene.launcher.processes).toHaveLength(40);
    for (const process of scene.launcher.processes) process.manners = 'deaf';
    let isStopped = false;
    const stopped = scene.host.stop().then(() => (isStopped = true));
    await scene.time.advanceAsync(9_000);
    expect(isStopped).toBe(true);
    await stopped;
    expect(new Set(scene.launcher.processes.map(({ signals }) => signals.join()))).toEqual(new Set(['SIGTERM,SIGKILL']));
  });

  it('starts nothing any more from its beginning, also not what has to wait for its own stop', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'db', 'db', { restartPolicy: { when: 'always', jitter: 0, initialDelay: 1 } });
      addExecutable(services, 'web', 'web', { waitFor: ['db'], stopTimeout: 100 });
    });
    scene.launcher.of('web').manners = 'deaf';
    const stopped = scene.host.stop();
    await scene.time.advanceAsync(1);
    scene.launcher.of('db').exits(0);
    await scene.time.advanceAsync(10);
    expect([scene.state('web'), scene.state('db')]).toEqual(['Stopping', 'Finished']);
    await expect(scene.start('db')).rejects.toThrow("'db' is not started any more");
    await scene.time.advanceAsync(500);
    await stopped;
    expect(scene.launcher.processes).toHaveLength(2);
  });

  it('goes on to what others wait for also when one of those cannot be stopped', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'db', 'db');
      addExecutable(services, 'web', 'web', { waitFor: ['db'], stopTimeout: 100 });
    });
    scene.launcher.of('web').manners = 'immortal';
    const stopped = scene.host.stop();
    await Promise.all([expect(stopped).rejects.toThrow(/The end of process 1001/), scene.time.advanceAsync(20_000)]);
    expect([scene.state('db'), scene.state('web')]).toEqual(['Finished', 'Running']);
    scene.launcher.of('web').manners = 'heeding';
  });

  it('kills what is left when its time is over, all at once', async () => {
    await using scene = await ResourceScene.open(services => {
      for (const [name, waitFor] of Object.entries({ first: [], second: ['first'], third: ['second'] }))
        addExecutable(services, name, name, { waitFor, stopTimeout: 60_000 });
    });
    for (const process of scene.launcher.processes) process.manners = 'deaf';
    const stopped = scene.host.stop();
    await scene.time.advanceAsync(29_000);
    expect(scene.launcher.processes.map(({ signals }) => signals.join())).toEqual(['', '', 'SIGTERM']);
    await scene.time.advanceAsync(1_100);
    await stopped;
    expect(scene.launcher.processes.map(({ signals }) => signals.join())).toEqual(['SIGKILL', 'SIGKILL', 'SIGTERM,SIGKILL']);
    expect(['first', 'second', 'third'].map(name => scene.state(name))).toEqual(['Finished', 'Finished', 'Finished']);
    expect(scene.logOf('third').at(-2)).toBe('! [sys] There is no more time to wait for process 1002 or what it has started: SIGKILL');
  });

  it('kills them at once also when one of them does not even heed that', async () => {
    await using scene = await ResourceScene.open(services => {
      for (const name of ['first', 'second']) addExecutable(services, name, name, { stopTimeout: 60_000 });
    });
    scene.launcher.of('second').manners = 'immortal';
    const stopped = scene.host.stop();
    await scene.time.advanceAsync(30_100);
    expect([scene.state('first'), scene.state('second')]).toEqual(['Finished', 'Stopping']);
    await Promise.all([expect(stopped).rejects.toThrow(/The end of process 1001/), scene.time.advanceAsync(5_000)]);
    scene.launcher.of('second').manners = 'heeding';
  });

  it('goes on past a resource that cannot be stopped, and reports it', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'first', 'first');
      addExecutable(services, 'second', 'second', { stopTimeout: 100 });
    });
    scene.launcher.of('second').manners = 'immortal';
    const stopped = scene.host.stop();
    await Promise.all([expect(stopped).rejects.toThrow(/The end of process 1001/), scene.time.advanceAsync(20_000)]);
    expect([scene.state('first'), scene.state('second')]).toEqual(['Finished', 'Running']);
    scene.launcher.of('second').manners = 'heeding';
  });

  it('ends the waits and restarts that are under way, and refuses every start from then on', async () => {
    await using scene = await ResourceScene.open(services => {
      addExecutable(services, 'db', 'postgres', { explicitStart: true });
      addExecutable(services, 'web', 'node', { waitFor: ['db'] });
      addExecutable(services, 'job', 'sh', { restartPolicy: { when: 'always', jitter: 0 } });
    });
    scene.launcher.of('sh').exits(0);
    await scene.time.advanceAsync(10);
    await scene.host.stop();
    expect(['db', 'web', 'job'].map(name => scene.state(name))).toEqual(['NotStarted', 'NotStarted', 'Finished']);
    await expect(scene.start('web')).rejects.toThrow("'web' is not started any more, because the application is stopping.");
    await scene.time.advanceAsync(60_000);
    expect(scene.launcher.processes).toHaveLength(1);
  });

  it('stops what is just being started', async () => {
    await using scene = await ResourceScene.open(services => addExecutable(services, 'web', 'node', { explicitStart: true }));
    const started = scene.resource('web').lifecycle!.start(new AbortController().signal);
    await scene.time.advanceAsync(1);
    const stopped = scene.host.stop();
    await scene.time.advanceAsync(50);
    await Promise.allSettled([started, stopped]);
    expect([scene.state('web'), scene.launcher.of('node').isDisposed]).toEqual(['Finished', true]);
  });

  it('kills what is left also when the host is only disposed', async () => {
    const scene = await ResourceScene.open(services => addExecutable(services, 'web', 'node', { explicitStart: true }), false);
    const web = scene.resource('web');
    const started = web.lifecycle!.start(new AbortController().signal);
    await scene.time.advanceAsync(5);
    await started;
    await scene[Symbol.asyncDispose]();
    expect([scene.launcher.of('node').signals, web.facts.state]).toEqual([['SIGKILL'], 'Finished']);
  });
});

describe('the declaration of resources', () => {
  it('makes one orchestrator, which is no resource, however many there are', async () => {
    using home = new TemporaryFolder();
    await using scene = await ResourceScene.open(services => {
      addAppHost(services, { appHostPath: '/srv/app/apphost.ts', homeDirectory: home.path });
      addExecutable(services, 'web', 'node');
      addExecutable(services, 'db', 'postgres');
      addResource(services, 'queue');
    });
    const { services } = scene.host;
    const names = services.getRequiredService(IHostHealth).services.map(({ name }) => name);
    expect(names.filter(name => name === 'ResourceOrchestrator')).toHaveLength(1);
    expect(services.getRequiredService(ResourceCatalog).resources.map(({ displayName }) => displayName)).toEqual(['web', 'db', 'queue']);
    expect(services.getServices(AppHostResource).map(({ displayName }) => displayName)).toEqual(['web', 'db', 'queue']);
    expect(services.getRequiredKeyedService(IResourceHandle, 'queue').name).toBe('queue');
  });

  it.each([
    ['', /must have 1 to 64 letters/],
    ['my db', /must have 1 to 64 letters/],
    ['-db', /begin and end with a letter or digit/],
    ['db/1', /must have 1 to 64 letters/],
    ['żółw', /must have 1 to 64 letters/],
    ['x'.repeat(65), /must have 1 to 64 letters/],
    ['DB', /there is one of this name already; names differ in more than their letter case/],
  ])('refuses the name %j', async (name, message) => {
    await using _scene = await ResourceScene.open(services => {
      addExecutable(services, 'db', 'postgres');
      expect(() => addExecutable(services, name, 'node')).toThrow(message);
      expect(() => addResource(services, name)).toThrow(expect.objectContaining({ code: 'ERR_RESOURCE_DECLARATION', resource: name }));
    }, false);
  });

  it.each([
    ['no command', '', {}, /expected the path or the name of a program/],
    ['an argument that is none', 'node', { args: ['a', 1] }, /argument 1 must be a text without a zero character, but is number/],
    ['a variable without a name', 'node', { environment: { 'A=B': '1' } }, /'A=B' cannot be the name of a variable/],
    ['a variable that is no text', 'node', { environment: { A: 1 } }, /the variable 'A' must be a text without a zero character, or undefined/],
    ['an empty directory', 'node', { workingDirectory: '' }, /expected the path of a directory/],
    ['an unknown signal', 'node', { stopSignal: 'SIGSTOP' }, /expected one of SIGTERM, .+, but found SIGSTOP/],
    ['a stop without limit', 'node', { stopTimeout: -1 }, /'stopTimeout' must be between 0 and 4294967294 ms/],
    ['an interval of nothing', 'node', { healthCheckInterval: 0 }, /'healthCheckInterval' must be between 1/],
    ['a policy that makes no sense', 'node', { restartPolicy: { when: 'onFailure', factor: 0 } }, /'factor' must be/],
    ['an address that is none', 'node', { urls: [{ url: 'nowhere' }] }, /'nowhere' is no address/],
    ['a health check that is none', 'node', { healthCheck: 'http://localhost' }, /expected a function as 'healthCheck', but found a string/],
    ['arguments in the place of options', 'node', ['server.mjs'], /expected an object with options, but found a list/],
    ['a variable in the place of all', 'node', { environment: 'A=1' }, /expected variables in an object, but found a string/],
    ['one name to wait for', 'node', { waitFor: 'db' }, /'waitFor' has to be a list of display names, but is a string/],
    ['a class to wait for', 'node', { waitForCompletion: [Map] }, /'waitForCompletion' has to be a list of display names, but holds a function/],
    ['an option of child_process', 'node', { env: {} }, /there is no option 'env'; it is called 'environment'/],
    ['another option of child_process', 'node', { cwd: '.' }, /there is no option 'cwd'; it is called 'workingDirectory'/],
  ] as const)('refuses an executable with %s', async (_what, command, options, message) => {
    await using scene = await ResourceScene.open(services => {
      expect(() => addExecutable(services, 'web', command, options as never)).toThrow(message);
    }, false);
    expect(scene.host.services.getServices(AppHostResource)).toEqual([]);
  });
});
