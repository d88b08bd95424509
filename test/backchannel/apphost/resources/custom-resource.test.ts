import { BackgroundService, delay, fromKeyed, inject, type IServiceProvider, TimeProvider } from 'hostward';
import { addResource, type CustomResourceOptions, IResourceHandle, type ResourceContext, type ResourceUpdate } from 'hostward/apphost';
import { snapshotOf } from '../../../../src/backchannel/apphost/resources/resource-snapshot-of.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { ResourceScene } from './resource-scene.js';

expectNoLeaks();

const open = (options: CustomResourceOptions = {}) => ResourceScene.open(services => addResource(services, 'queue', options));
const handleOf = ({ host }: ResourceScene): IResourceHandle => host.services.getRequiredKeyedService(IResourceHandle, 'queue');

describe('a resource of which only the program knows', () => {
  it('runs unless it is said otherwise, under its own name, and nobody can start or stop it', async () => {
    await using scene = await open({ resourceType: 'Queue', urls: [{ url: 'amqp://localhost' }], properties: { size: 3 } });
    expect(scene.resource('queue')).toMatchObject({ name: 'queue', lifecycle: undefined });
    expect(scene.resource('queue').facts).toMatchObject({ resourceType: 'Queue', state: 'Running', properties: { size: 3 } });
    expect(scene.resource('queue').facts.urls).toMatchObject([{ name: 'default', url: 'amqp://localhost' }]);
  });

  it('shows what is published of it, and each change once', async () => {
    await using scene = await open({ initialState: 'Building', properties: { size: 3, region: 'eu' } });
    const handle = handleOf(scene);
    let changes = 0;
    scene.resource('queue').onChange(() => changes++);
    const update: ResourceUpdate = {
      state: 'Running',
      stateStyle: 'success',
      health: { status: 'degraded', description: 'slow' },
      urls: [{ url: 'http://localhost:1', name: 'admin' }],
      properties: { size: 4, region: undefined },
    };
    handle.update(update);
    handle.update(update);
    expect(changes).toBe(1);
    expect(handle.facts).toMatchObject({
      state: 'Running',
      stateStyle: 'success',
      startedAt: '2000-01-01T00:00:00.010Z',
      healthReports: [{ name: 'queue', status: 'Degraded', description: 'slow', exceptionText: null }],
      urls: [{ name: 'admin', url: 'http://localhost:1' }],
      properties: { size: 4 },
    });
    expect(handle.facts.properties).not.toHaveProperty('region');
    handle.update({ state: 'Exited', exitCode: 3 });
    expect(handle.facts).toMatchObject({ state: 'Exited', exitCode: 3, stoppedAt: '2000-01-01T00:00:00.010Z' });
    handle.update({ state: 'Running' });
    expect(handle.facts).toMatchObject({ exitCode: null, stoppedAt: null });
  });

  it('has as many reports on its health as it likes, volumes, variables, and moments of its own', async () => {
    await using scene = await open();
    const handle = handleOf(scene);
    handle.update({
      health: [{ status: 'healthy' }, { name: 'disk', status: 'unhealthy', description: 'full', exceptionText: 'Error: ENOSPC' }],
      volumes: [{ target: '/data' }, { source: '/srv/etc', target: '/etc', mountType: 'bind', isReadOnly: true }],
      environmentVariables: [
        { name: 'REGION', value: 'eu' },
        { name: 'PASSWORD', value: 'hunter2' },
        { name: 'HOME', isFromSpec: false },
      ],
      createdAt: new Date('1999-12-31T10:00:00Z'),
      startedAt: new Date('1999-12-31T11:00:00Z'),
    });
    expect(snapshotOf(scene.resource('queue'), 'json')).toMatchObject({
      healthStatus: 'Unhealthy',
      healthReports: [
        { name: 'queue', status: 'Healthy', description: null, exceptionText: null },
        { name: 'disk', status: 'Unhealthy', description: 'full', exceptionText: 'Error: ENOSPC' },
      ],
      volumes: [
        { source: null, target: '/data', mountType: 'volume', isReadOnly: false },
        { source: '/srv/etc', target: '/etc', mountType: 'bind', isReadOnly: true },
      ],
      environmentVariables: [
        { name: 'REGION', value: 'eu', isFromSpec: true },
        { name: 'PASSWORD', value: null, isFromSpec: true },
        { name: 'HOME', value: null, isFromSpec: false },
      ],
      createdAt: '1999-12-31T10:00:00.000Z',
      startedAt: '1999-12-31T11:00:00.000Z',
      stoppedAt: null,
    });
    handle.update({ state: 'Exited', stoppedAt: new Date('1999-12-31T12:00:00Z'), createdAt: null, health: [], volumes: [] });
    expect(handle.facts).toMatchObject({ stoppedAt: '1999-12-31T12:00:00.000Z', createdAt: null, healthReports: [], volumes: [] });
  });

  it('may begin with all of that, and then nothing has started or ended yet', async () => {
    const missing = { state: 'ValueMissing', stateStyle: 'warning', health: { name: 'value', status: 'unhealthy' }, properties: { Value: null } } as const;
    await using scene = await open({ initialState: missing, properties: { region: 'eu' } });
    expect(scene.history('queue')).toEqual(['ValueMissing']);
    expect(handleOf(scene).facts).toMatchObject({ stateStyle: 'warning', healthReports: [{ name: 'value' }], properties: { Value: null, region: 'eu' } });
    await using ended = await open({ initialState: { state: 'Exited', exitCode: 3 } });
    expect(handleOf(ended).facts).toEqual(expect.objectContaining({ state: 'Exited', exitCode: 3 }));
    expect(handleOf(ended).facts.stoppedAt ?? null).toBe(null);
    await using styled = await open({ initialState: { stateStyle: 'info' }, start: () => undefined, explicitStart: true });
    expect(handleOf(styled).facts).toMatchObject({ state: 'NotStarted', stateStyle: 'info' });
  });

  it('keeps what was published, whatever becomes of the objects', async () => {
    await using scene = await open();
    const list = ['a'];
    handleOf(scene).update({ properties: { list, home: new URL('http://localhost/x'), since: new Date(0), inner: { f: () => 1 } } });
    list.push('b');
    expect(handleOf(scene).facts.properties).toEqual({ list: ['a'], home: 'http://localhost/x', since: '1970-01-01T00:00:00.000Z', inner: { f: null } });
  });

  it('has a log, whose lines are cut when they are too long', async () => {
    await using scene = await open();
    const handle = handleOf(scene);
    handle.log('one');
    handle.log('bad', true);
    handle.log('x'.repeat(70_000));
    expect(scene.logOf('queue').map(line => line.slice(-50))).toEqual([
      'one',
      '! bad',
      expect.stringMatching(/xx… \[cut: a line may have 65536 characters\]$/),
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 'Running', /expected an object, but found string/],
    ['a member that there is not', { status: 'Running' }, /there is no 'status'; expected state, stateStyle, health, .+, environmentVariables/],
    ['an empty state', { state: ' ' }, /its state must be a text of 1 to 64 characters, but is " "/],
    ['a state that is no text', { state: 7 }, /its state must be a text/],
    ['an endless state', { state: 'x'.repeat(65) }, /1 to 64 characters/],
    ['a style that there is not', { stateStyle: 'pink' }, /success, info, warning, error or null, but not pink/],
    ['a health that there is not', { health: 'fine' }, /its health is healthy, degraded or unhealthy, but not fine/],
    ['no health', { health: null }, /but not null/],
    ['an exit code of what runs', { exitCode: 0 }, /only what has ended \(Exited, Finished, FailedToStart\) has an exit code, but its state is Running/],
    ['an exit code that is none', { state: 'Exited', exitCode: 1.5 }, /whole number of 32 bits, but not 1.5/],
    ['an exit code as a text', { state: 'Exited', exitCode: '1' }, /but not string/],
    ['an address that is none', { urls: [{ url: 'nowhere' }] }, /'nowhere' is no address/],
    ['a list that is none', { volumes: { target: '/data' } }, /'volumes' must be a list, but is \[object Object\]/],
    ['two reports of one name', { health: [{ status: 'healthy' }, { name: 'queue', status: 'healthy' }] }, /there are two reports 'queue' on its health/],
    ['a report without a name', { health: [{ name: ' ', status: 'healthy' }] }, /a report on its health needs a name/],
    ['a report that is none', { health: [null] }, /its health is healthy, degraded or unhealthy, but not null/],
    ['an exception that is no text', { health: { status: 'healthy', exceptionText: new Error('x') } }, /'exceptionText' of the report 'queue' must be a text/],
    ['a volume without a target', { volumes: [{ source: '/data' }] }, /a volume needs a target such as '\/data', but has undefined/],
    ['a source that is no text', { volumes: [{ target: '/a', source: 1 }] }, /the source of the volume at '\/a' must be a text or null, but is 1/],
    ['another type of volume', { volumes: [{ target: '/a', mountType: 'tmpfs' }] }, /must be of the type bind or volume, but is 'tmpfs'/],
    [
      'a volume that is perhaps read-only',
      { volumes: [{ target: '/a', isReadOnly: 'no' }] },
      /'isReadOnly' of the volume at '\/a' must be true or false, but is 'no'/,
    ],
    ['a variable without a name', { environmentVariables: [{ value: '1' }] }, /undefined cannot be the name of a variable/],
    ['a variable twice', { environmentVariables: [{ name: 'A' }, { name: 'A' }] }, /the variable 'A' is there twice/],
    ['a variable that is no text', { environmentVariables: [{ name: 'A', value: 1 }] }, /the variable 'A' must be a text or null, but is 'number'/],
    [
      'a variable that is perhaps declared',
      { environmentVariables: [{ name: 'A', isFromSpec: 1 }] },
      /'isFromSpec' of the variable 'A' must be true or false, but is 1/,
    ],
    ['a moment that is a text', { startedAt: '2026-01-01' }, /'startedAt' must be a date of the years 1 to 9999, or null, but is '2026-01-01'/],
    ['a moment that is none', { createdAt: new Date(NaN) }, /'createdAt' must be a date of the years 1 to 9999, or null, but is Invalid Date/],
    ['a moment that .NET cannot read', { createdAt: new Date(8.64e15) }, /'createdAt' must be a date of the years 1 to 9999/],
    ['an end before its start', { startedAt: new Date(2), stoppedAt: new Date(1) }, /cannot have stopped at 1970-01-01T00:00:00.001Z, before it started at/],
    ['a property that is no JSON', { properties: { f: () => 1 } }, /the property 'f' is no JSON value/],
  ])('cannot be published with %s, and nothing changes', async (_what, update, message) => {
    await using scene = await open();
    const before = handleOf(scene).facts;
    expect(() => handleOf(scene).update(update as ResourceUpdate)).toThrow(message);
    expect(() => handleOf(scene).update(update as ResourceUpdate)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
    expect(handleOf(scene).facts).toBe(before);
  });

  it('is injected by its name', async () => {
    class Filler extends BackgroundService {
      constructor(@inject(IResourceHandle) @fromKeyed('queue') private readonly queue: IResourceHandle) {
        super();
      }

      protected async execute(): Promise<void> {
        this.queue.update({ health: 'unhealthy' });
      }
    }
    await using scene = await ResourceScene.open(services => addResource(services, 'queue').addHostedService(Filler));
    expect(handleOf(scene).facts.healthReports).toMatchObject([{ status: 'Unhealthy' }]);
  });
});

describe('a resource with a start and a stop', () => {
  it('is started with the host, which does not wait for it, and stopped with it', async () => {
    const calls: string[] = [];
    let context: ResourceContext | undefined;
    let services: IServiceProvider | undefined;
    await using scene = await open({
      start: async given => {
        context = given;
        services = given.services;
        calls.push('start');
        given.resource.log('hello');
        await delay(1_000, { timeProvider: given.services.getRequiredService(TimeProvider) });
      },
      stop: ({ stopping, signal }) => void calls.push(`stop ${stopping.aborted} ${signal.aborted}`),
    });
    expect([scene.state('queue'), calls]).toEqual(['Starting', ['start']]);
    await scene.time.advanceAsync(1_000);
    expect(scene.history('queue')).toEqual(['NotStarted', 'Starting', 'Running']);
    expect(context?.stopping.aborted).toBe(false);
    expect(services?.getKeyedService(IResourceHandle, 'queue')).toBe(context?.resource);
    await scene.host.stop();
    expect([scene.state('queue'), calls, scene.logOf('queue')]).toEqual(['Finished', ['start', 'stop true false'], ['hello']]);
  });

  it('may say itself what its state is', async () => {
    await using scene = await open({ start: ({ resource }) => resource.update({ state: 'Active' }) });
    expect(scene.history('queue')).toEqual(['NotStarted', 'Starting', 'Active']);
    await scene.stop('queue');
    expect(scene.state('queue')).toBe('Finished');
    await scene.start('queue');
    handleOf(scene).update({ state: 'Finished', exitCode: 0 });
    await scene.start('queue');
    expect(scene.history('queue').slice(-3)).toEqual(['Finished', 'Starting', 'Active']);
  });

  it('that fails to start says why, also to whoever has asked', async () => {
    const start = () => Promise.reject(new Error('no broker'));
    await using scene = await open({ start });
    expect([scene.state('queue'), scene.logOf('queue')]).toEqual(['FailedToStart', ['! [sys] It failed to start: no broker']]);
    await expect(scene.start('queue')).rejects.toThrow('no broker');
  });

  it('that hangs in its start has failed after a time, and its late end is said', async () => {
    let finish: (() => void) | undefined;
    await using scene = await open({ start: () => new Promise(resolve => (finish = resolve)), startTimeout: 5_000 });
    await scene.time.advanceAsync(5_000);
    expect([scene.state('queue'), scene.logOf('queue').at(-1)]).toEqual([
      'FailedToStart',
      "! [sys] It failed to start: The start of 'queue' did not finish within 5000 ms.",
    ]);
    finish!();
    await scene.time.advanceAsync(1);
    expect([scene.state('queue'), scene.logOf('queue').at(-1)]).toEqual(['FailedToStart', '[sys] Its start has ended after all']);
  });

  it('gives up its start when it is stopped, and is told so', async () => {
    let isAborted = false;
    await using scene = await open({
      start: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => (reject(new Error('given up')), (isAborted = true)))),
    });
    await scene.stop('queue');
    expect([isAborted, scene.state('queue')]).toEqual([true, 'FailedToStart']);
  });

  it('that hangs in its stop is left behind after a time', async () => {
    await using scene = await open({ start: () => undefined, stop: () => new Promise(() => undefined), stopTimeout: 2_000 });
    const stopped = scene.resource('queue').lifecycle!.stop(new AbortController().signal);
    await Promise.all([expect(stopped).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' }), scene.time.advanceAsync(2_000)]);
    expect([scene.state('queue'), scene.logOf('queue').at(-1)]).toEqual([
      'Finished',
      "! [sys] Its stop failed: The stop of 'queue' did not finish within 2000 ms.",
    ]);
  });

  it('waits for others as an executable does', async () => {
    await using scene = await ResourceScene.open(services => {
      addResource(services, 'tenant', { initialState: 'Building' });
      addResource(services, 'queue', { start: () => undefined, waitFor: ['tenant'] });
    });
    expect(scene.resource('queue').facts).toMatchObject({ state: 'Waiting', waitingFor: ['tenant'] });
    scene.host.services.getRequiredKeyedService(IResourceHandle, 'tenant').update({ state: 'Running' });
    await scene.time.advanceAsync(1);
    expect(scene.state('queue')).toBe('Running');
  });

  it.each<[string, CustomResourceOptions, RegExp]>([
    ['a wait, but no start', { waitFor: ['db'] }, /has no 'start', therefore it can neither wait for others nor be started explicitly/],
    ['a stop, but no start', { stop: () => undefined }, /has a 'stop', but no 'start'/],
    ['a start that is no function', { start: 'now' as unknown as () => void }, /Expected a function, but 'start' of 'queue' is string/],
    ['an empty state at first', { initialState: '' }, /its state must be a text of 1 to 64 characters, but is ""/],
    ['an exit code at first, but no end', { initialState: { exitCode: 1 } }, /only what has ended .+ has an exit code, but its state is Running/],
    ['no state at first', { initialState: null as unknown as string }, /expected an object, but found null/],
    ['a stop without limit', { start: () => undefined, stopTimeout: -1 }, /'stopTimeout' must be between 0/],
  ])('is refused with %s', async (_what, options, message) => {
    await using _scene = await ResourceScene.open(services => {
      expect(() => addResource(services, 'queue', options)).toThrow(message);
    }, false);
  });
});
