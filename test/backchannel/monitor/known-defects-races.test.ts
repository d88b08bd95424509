import { basename } from 'node:path';
import fc from 'fast-check';
import { Deferred } from '../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { FakeMachine } from '../../support/fake-machine.js';
import { DefectScene } from './defect-scene.js';

const path = (name: string) => `${FakeMachine.directory}/${name}`;

/** Something that happens while the monitor is at work. */
type Event = { readonly kind: 'appear' | 'vanish'; readonly which: number } | { readonly kind: 'scan' } | { readonly kind: 'proceed'; readonly count: number };

function anyEvent(sockets: number): fc.Arbitrary<Event> {
  const which = fc.nat(sockets - 1);
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('appear' as const), which }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('vanish' as const), which }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('scan' as const) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('proceed' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  );
}

/** Lets what the machine answers arrive in any order, and everything happen that needs no time. */
class Disorder {
  readonly #scans: Promise<void>[] = [];

  constructor(
    private readonly scene: DefectScene,
    private readonly scheduler: fc.Scheduler,
    private readonly sockets: readonly string[],
  ) {
    const { machine } = scene;
    machine.list = scheduler.scheduleFunction(machine.list.bind(machine));
    machine.inspect = scheduler.scheduleFunction(machine.inspect.bind(machine));
    machine.connect = scheduler.scheduleFunction(machine.connect.bind(machine));
  }

  async happen(event: Event): Promise<void> {
    const { machine, monitor } = this.scene;
    if (event.kind === 'scan') this.#scans.push(monitor.scan());
    else if (event.kind === 'proceed') for (let step = 0; step < event.count; step++) await this.#proceed();
    else if (event.kind === 'vanish') machine.delete(path(this.sockets[event.which]!));
    else if (!machine.has(path(this.sockets[event.which]!))) this.scene.addAppHost(this.sockets[event.which]!);
  }

  async calmDown(): Promise<void> {
    for (let quiet = 0; quiet < 15; quiet++) if (await this.#proceed()) quiet = 0;
    await Promise.all(this.#scans);
  }

  get present(): readonly string[] {
    return this.sockets.filter(name => this.scene.machine.has(path(name)));
  }

  /** @returns whether there was something that could arrive */
  async #proceed(): Promise<boolean> {
    const isWaiting = this.scheduler.count() > 0;
    if (isWaiting) await this.scheduler.waitNext(1);
    await this.scene.time.advanceAsync(0);
    return isWaiting;
  }
}

/** Whatever the order of events and answers, those that are there are known afterwards, without any time passing. */
async function expectNoneLost(sockets: readonly string[], known: (scene: DefectScene) => readonly string[], numRuns: number): Promise<void> {
  const property = fc.asyncProperty(fc.scheduler(), fc.array(anyEvent(sockets.length), { minLength: 3, maxLength: 15 }), async (scheduler, events) => {
    await using scene = new DefectScene();
    await scene.watch();
    const disorder = new Disorder(scene, scheduler, sockets);
    for (const event of events) await disorder.happen(event);
    await disorder.calmDown();
    expect(known(scene)).toEqual(disorder.present);
  });
  await fc.assert(property, { numRuns });
}

describe('known defects of the original, by their number in backchannel.md: races', () => {
  expectNoLeaks();

  it('4: loses and invents nothing when scans, reports and connects overlap in any order', async () => {
    const sockets = ['Pd8lP5fXBFQAAAAAAAA.102', 'X7PRTlj8i5MK8KKHUZa.101', 'rXAFZXXlWxwAAAAAAAA.103', 'xZiKquMq-6cAAAAAAAA.104'];
    await expectNoneLost(sockets, scene => scene.connected, 30);
  });

  it('4: does not believe a list of the directory that is older than what was reported since', async () => {
    await using scene = new DefectScene();
    const { machine, monitor } = scene;
    await scene.watch();
    const list = machine.list.bind(machine);
    const held = new Deferred<void>();
    machine.list = async directory => {
      const found = await list(directory);
      await held.promise;
      return found;
    };
    const scan = monitor.scan();
    await scene.rest();
    machine.list = list;
    scene.addAppHost('X7PRTlj8i5MK8KKHUZa.101');
    await scene.rest();
    held.resolve();
    await scan;
    await scene.rest();
    expect(scene.connected).toEqual(['X7PRTlj8i5MK8KKHUZa.101']);
  });

  it('13: finds all AppHosts of one identifier when some of them come while others go', async () => {
    const known = ({ monitor }: DefectScene) => monitor.getConnectionsByHash('X7PRTlj8i5M').map(({ socketPath }) => basename(socketPath));
    const sockets = ['X7PRTlj8i5MAAAAAAAA.101', 'X7PRTlj8i5MAAAAAAAB.102'] as const;
    await using scene = new DefectScene();
    await scene.watch();
    scene.addAppHost(sockets[0]);
    await scene.settle(() => scene.connected.length === 1);
    for (const [gone, come] of [sockets, [...sockets].reverse() as [string, string]]) {
      scene.machine.delete(path(gone));
      scene.addAppHost(come);
      await scene.rest();
      expect(known(scene)).toEqual([come]);
    }
    await expectNoneLost(sockets, known, 25);
  });

  it.each([
    ['before the watch begins', 0],
    ['while the directory is read for a report', 3],
  ])('8: sees a file that is made %s', async (_what, skipped) => {
    await using scene = new DefectScene();
    const { machine } = scene;
    const list = machine.list.bind(machine);
    let looks = 0;
    machine.list = async directory => {
      const found = await list(directory);
      if (directory === FakeMachine.directory && looks++ === skipped) scene.addAppHost('X7PRTlj8i5MK8KKHUZa.101');
      return found;
    };
    await scene.watch();
    for (let report = 0; report < skipped; report++) {
      machine.notify();
      await scene.rest();
    }
    expect(looks).toBeGreaterThan(skipped);
    await scene.settle(() => scene.connected.length === 1);
  });
});
