import { ServiceCollection } from 'hostward';
import { configureResource } from 'hostward/apphost';
import type { ResourceConfiguration } from '../../../src/backchannel/apphost/resources/configure-resource.js';
import { PlumbingService } from '../../../src/backchannel/apphost/resources/plumbing.js';
import type { AppHostResource } from '../../../src/backchannel/apphost/resources/resource.js';
import type { ResourceLookup } from '../../../src/backchannel/apphost/resources/resource-catalog.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { settle } from '../../support/settle.js';
import { appHostPath, createCatalog } from './catalog-scene.js';
import { FakeResource } from './fake-resource.js';

class Api {}
class Worker {}
class Plumber extends PlumbingService {
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

describe('the catalog of resources', () => {
  expectNoLeaks();

  it('has the hosted services in the order in which they start, without the plumbing, then what was declared', () => {
    using scene = createCatalog([new FakeResource('web-abc'), new FakeResource('db')], [], [new Plumber(), new Worker(), new Api(), new Worker()]);
    expect(scene.catalog.resources.map(({ name }) => name)).toEqual(['Worker', 'Api', 'Worker-2', 'web-abc', 'db']);
  });

  it('gives a hosted service another name when its own is taken by what was declared', () => {
    using scene = createCatalog([new FakeResource('Worker'), new FakeResource('Worker-2')], [], [new Worker(), new Worker()]);
    expect(scene.catalog.resources.map(({ name }) => name)).toEqual(['Worker-3', 'Worker-2-2', 'Worker', 'Worker-2']);
  });

  describe('finds', () => {
    const replicas = [new FakeResource('web-aaaaaaaa', {}, { displayName: 'web' }), new FakeResource('web-bbbbbbbb', {}, { displayName: 'web' })];
    const lonely = new FakeResource('job-cccccccc', {}, { displayName: 'job' });
    const twins = [new FakeResource('cache'), new FakeResource('Cache')];
    const shadow = new FakeResource('web', {}, { displayName: 'shadow' });
    const describeLookup = (found: ResourceLookup) =>
      found.kind === 'found' ? found.resource.name : found.kind === 'ambiguous' ? found.resources.map(({ name }) => name) : undefined;

    it.each([
      ['the exact name of an instance', [...replicas, lonely], 'web-aaaaaaaa', 'web-aaaaaaaa'],
      ['that name in another case', [...replicas, lonely], 'WEB-AAAAAAAA', 'web-aaaaaaaa'],
      ['the display name of a single instance', [...replicas, lonely], 'job', 'job-cccccccc'],
      ['the display name in another case', [...replicas, lonely], 'JOB', 'job-cccccccc'],
      ['the display name of replicas as ambiguous', [...replicas, lonely], 'Web', ['web-aaaaaaaa', 'web-bbbbbbbb']],
      ['the exact name before a display name', [...replicas, shadow], 'web', 'web'],
      ['names that differ in case only by their exact form', twins, 'Cache', 'Cache'],
      ['such names in a third form as ambiguous', twins, 'CACHE', ['cache', 'Cache']],
      ['nothing for an unknown name', [...replicas, lonely], 'nosuch', undefined],
      ['nothing for a part of a name', [...replicas, lonely], 'jo', undefined],
      ['nothing for no name', [...replicas, lonely], '', undefined],
    ])('%s', (_, declared, name, expected) => {
      using scene = createCatalog(declared);
      expect(describeLookup(scene.catalog.find(name))).toEqual(expected);
    });
  });

  it('tells of each change, of hosted services as of what was declared, and of a hosted service that appears', () => {
    const declared = new FakeResource('db', { state: 'NotStarted' });
    using scene = createCatalog([declared]);
    const seen: string[] = [];
    using _listening = scene.catalog.onChange(({ name, facts }) => seen.push(`${name} ${facts.state}`));
    const api = new Api();
    scene.states.add([api]);
    scene.states.set(api, 'starting');
    scene.states.set(api, 'running');
    declared.state.update({ state: 'Running' });
    declared.state.update({ state: 'Running' });
    expect(seen).toEqual(['Api Starting', 'Api Running', 'db Running']);
  });

  it('shows a watcher everything first, and later the newest state of each when it was slow', async () => {
    const [first, second] = [new FakeResource('first', { state: 'A' }), new FakeResource('second', { state: 'A' })];
    using scene = createCatalog([first, second]);
    const watcher = scene.catalog.watch(resource => resource);
    const next = async () => {
      const { value } = await watcher.next();
      return `${value?.name} ${value?.facts.state}`;
    };
    expect([await next(), await next()]).toEqual(['first A', 'second A']);
    for (const state of ['B', 'C', 'D']) for (const resource of [first, second]) resource.state.update({ state });
    first.state.update({ state: 'E' });
    expect([await next(), await next()]).toEqual(['second D', 'first E']);
    let isPending = true;
    const pending = next().finally(() => (isPending = false));
    await settle(scene.time, () => true);
    expect(isPending).toBe(true);
    second.state.update({ state: 'F' });
    expect(await pending).toBe('second F');
    await watcher.return();
  });

  it('leaves out what a watcher does not want', async () => {
    const [wanted, other] = [new FakeResource('wanted', { state: 'A' }), new FakeResource('other', { state: 'A' })];
    using scene = createCatalog([other, wanted]);
    const watcher = scene.catalog.watch(resource => (resource === wanted ? resource : undefined));
    expect((await watcher.next()).value).toBe(wanted);
    const pending = watcher.next();
    for (const state of ['B', 'C']) {
      other.state.update({ state });
      await settle(scene.time, () => true);
    }
    wanted.state.update({ state: 'B' });
    expect((await pending).value).toBe(wanted);
    await watcher.return();
  });

  it('ends a watch that is left, also where it waits, and holds nothing of it', async () => {
    const declared = new FakeResource('db');
    using scene = createCatalog([declared]);
    const select = jest.fn((resource: AppHostResource) => resource);
    const watcher = scene.catalog.watch(select);
    await watcher.next();
    const pending = watcher.next();
    await expect(watcher.next()).rejects.toMatchObject({ code: 'ERR_INVALID_OPERATION' });
    expect(await watcher.return()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    declared.state.update({ state: 'Running' });
    expect(await watcher.next()).toEqual({ done: true, value: undefined });
    expect(select).toHaveBeenCalledTimes(1);
    scene.catalog[Symbol.dispose]();
    expect(declared.listeners).toBe(0);
  });

  it('ends a watch of what cannot be shown with the failure, at once or later', async () => {
    const declared = new FakeResource('db', { state: 'A' });
    using scene = createCatalog([declared]);
    const fail = () => {
      throw new Error('cyclic');
    };
    const first = scene.catalog.watch(fail);
    await expect(first.next()).rejects.toThrow('cyclic');
    expect(await first.next()).toEqual({ done: true, value: undefined });
    let isFirst = true;
    const later = scene.catalog.watch(resource => {
      if (!isFirst) fail();
      isFirst = false;
      return resource;
    });
    await later.next();
    const pending = later.next();
    declared.state.update({ state: 'B' });
    await expect(pending).rejects.toThrow('cyclic');
    expect(await later.next()).toEqual({ done: true, value: undefined });
  });

  describe('with what the program said of a hosted service', () => {
    const configure = (...calls: (readonly [target: Parameters<typeof configureResource>[1], options: Parameters<typeof configureResource>[2]])[]) => {
      const services = new ServiceCollection();
      for (const [target, options] of calls) configureResource(services, target, options);
      return [...services].map(({ source }) => (source as unknown as { instance: ResourceConfiguration }).instance);
    };

    it('shows it so, by class and by name, the later word for an option that is said twice', () => {
      const configurations = configure(
        [
          Api,
          {
            displayName: 'api',
            urls: [{ url: 'http://localhost:1' }, { url: 'http://localhost:2', name: 'admin', displayName: 'Admin', sortOrder: 5, isInternal: true }],
          },
        ],
        [Api, { displayName: 'front', parent: 'shop', relationships: [{ resourceName: 'db', type: 'Reference' }], properties: { color: 'red' } }],
        ['Worker-2', { isHidden: true, resourceType: 'Job' }],
      );
      using scene = createCatalog([], configurations, [new Api(), new Worker(), new Worker()]);
      const [api, worker, second] = scene.catalog.resources;
      expect(api).toMatchObject({ name: 'Api', displayName: 'front' });
      expect(api?.facts).toMatchObject({
        resourceType: 'HostedService',
        isHidden: false,
        urls: [
          { name: 'default', url: 'http://localhost:1', isInternal: false, displayProperties: { displayName: null, sortOrder: 0 } },
          { name: 'admin', url: 'http://localhost:2', isInternal: true, displayProperties: { displayName: 'Admin', sortOrder: 5 } },
        ],
        relationships: [
          { resourceName: 'shop', type: 'Parent' },
          { resourceName: 'db', type: 'Reference' },
        ],
        properties: { color: 'red', 'resource.parentName': 'shop', 'resource.source': appHostPath, 'executable.pid': process.pid },
      });
      expect([worker?.facts.isHidden, second?.facts.isHidden, second?.facts.resourceType]).toEqual([false, true, 'Job']);
    });

    it('knows which of it is about nothing', () => {
      const configurations = configure([Api, {}], ['Wroker', {}]);
      using scene = createCatalog([], configurations, [new Worker(), new Api()]);
      expect(scene.catalog.unmatchedConfigurations.map(({ target }) => target)).toEqual(['Wroker']);
    });

    it.each([
      [{ displayName: ' ' }, "'displayName' is empty"],
      [{ urls: [{ url: 'localhost' }] }, "'localhost' is no address"],
      [{ urls: [{ url: 'localhost:8080' }] }, "'localhost:8080' is no address; expected one such as 'http://localhost:8080'"],
      [{ urls: 'http://localhost' }, "'urls' has to be a list, but is a string"],
      [{ urls: ['http://localhost'] }, "an address is an object such as { url: 'http://localhost:8080' }, but not a string"],
      [{ commands: {} }, "'commands' has to be a list, but is an object"],
      [{ mcpTools: () => [] }, "'mcpTools' has to be a list, but is a function"],
      [{ relationships: 'db' }, "'relationships' has to be a list, but is a string"],
      [{ relationships: [null] }, 'a relationship needs'],
      [{ properties: 'red' }, "'properties' has to be an object, but is a string"],
      [{ displayName: 5 }, "'displayName' has to be a text, but is a number"],
      [['red'], 'expected an object with options, but found a list'],
      [undefined, 'expected an object with options, but found undefined'],
      [{ relationships: [{ resourceName: '', type: 'Reference' }] }, 'a relationship needs'],
      [{ properties: { when: undefined } }, "the property 'when' is no JSON value"],
    ])('refuses %j when it is said', (options, problem) => {
      expect(() => configureResource(new ServiceCollection(), Api, options as never)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT', message: expect.stringContaining(problem) as string }) as Error,
      );
      for (const target of [' ', undefined, {}, 5])
        expect(() => configureResource(new ServiceCollection(), target as string, {})).toThrow(
          'Expected the class of a hosted service or the name of its resource.',
        );
    });
  });
});
