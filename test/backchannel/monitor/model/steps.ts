import fc from 'fast-check';
import { expectTruth } from './expect-truth.js';
import type { Model, ModelAppHost, ModelFile } from './model.js';
import { type DirectoryKind, type Place, places } from './places.js';
import type { Clutter, Manner, World } from './world.js';

/** One thing that happens. */
export type Step = fc.AsyncCommand<Model, World>;

/** A step in three lines: when it can happen, what it makes of the truth, and what of the world. */
abstract class AnyStep implements Step {
  abstract check(model: Readonly<Model>): boolean;
  abstract run(model: Model, world: World): Promise<void>;
  protected abstract readonly facts: readonly unknown[];

  toString(): string {
    return `${this.constructor.name}(${this.facts.map(fact => JSON.stringify(fact)).join(', ')})`;
  }
}

abstract class PlaceStep extends AnyStep {
  constructor(protected readonly place: Place) {
    super();
  }

  protected get facts(): readonly unknown[] {
    return [this.place.number];
  }

  protected file(model: Readonly<Model>): ModelFile | undefined {
    return model.files.get(this.place);
  }

  protected appHost(model: Readonly<Model>): ModelAppHost | undefined {
    return this.file(model)?.appHost;
  }

  protected isReachable(model: Readonly<Model>): boolean {
    return !model.directories[this.place.directory].isClosed;
  }
}

/** Whose process takes orders: one that is stopped does not. */
function isAwake(appHost: ModelAppHost | undefined): boolean {
  return appHost !== undefined && !appHost.isHung;
}

interface Newcomer {
  readonly manner: Manner;
  readonly isElsewhere: boolean;
  readonly isListening: boolean;
  readonly isNameless: boolean;
  /** Whether the one that it replaces goes on, with its connections. */
  readonly predecessorLives: boolean;
}

/** An AppHost comes, in place of whatever has its name. */
class Start extends PlaceStep {
  constructor(
    place: Place,
    private readonly newcomer: Newcomer,
  ) {
    super(place);
  }

  protected override get facts() {
    return [this.place.number, this.newcomer];
  }

  check(model: Readonly<Model>) {
    return this.isReachable(model);
  }

  async run(model: Model, world: World) {
    const { predecessorLives, ...facts } = this.newcomer;
    const predecessor = this.appHost(model);
    const appHost = model.newAppHost(facts);
    model.put(this.place, 'appHost', appHost);
    appHost.processId = await world.startAppHost(this.place, appHost);
    if (!predecessor || predecessorLives) return;
    model.lost.delete(predecessor);
    await world.kill(predecessor);
  }
}

class Exit extends PlaceStep {
  check(model: Readonly<Model>) {
    return isAwake(this.appHost(model)) && this.isReachable(model);
  }

  async run(model: Model, world: World) {
    const appHost = this.appHost(model)!;
    model.files.delete(this.place);
    await world.exit(appHost, this.place);
  }
}

class Kill extends PlaceStep {
  check(model: Readonly<Model>) {
    return this.appHost(model) !== undefined;
  }

  async run(model: Model, world: World) {
    const file = this.file(model)!;
    const { appHost } = file;
    file.appHost = undefined;
    await world.kill(appHost!);
  }
}

/** One to which no file leads any more ends, and what it does then must not count. */
class KillLost extends AnyStep {
  protected readonly facts = [];

  check(model: Readonly<Model>) {
    return model.lost.size > 0;
  }

  async run(model: Model, world: World) {
    const [appHost] = model.lost;
    model.lost.delete(appHost!);
    await world.kill(appHost!);
  }
}

class ToggleHang extends PlaceStep {
  check(model: Readonly<Model>) {
    return this.appHost(model) !== undefined;
  }

  async run(model: Model, world: World) {
    const appHost = this.appHost(model)!;
    appHost.isHung = !appHost.isHung;
    await world.setHung(appHost, appHost.isHung);
  }
}

class Behave extends PlaceStep {
  constructor(
    place: Place,
    private readonly manner: Manner,
  ) {
    super(place);
  }

  protected override get facts() {
    return [this.place.number, this.manner];
  }

  check(model: Readonly<Model>) {
    return isAwake(this.appHost(model));
  }

  async run(model: Model, world: World) {
    const appHost = this.appHost(model)!;
    appHost.manner = this.manner;
    await world.setManner(appHost, this.manner);
  }
}

class Listen extends PlaceStep {
  check(model: Readonly<Model>) {
    const appHost = this.appHost(model);
    return isAwake(appHost) && !appHost!.isListening && this.isReachable(model);
  }

  async run(model: Model, world: World) {
    const appHost = this.appHost(model)!;
    appHost.isListening = true;
    await world.listen(appHost, this.place);
  }
}

class DropClients extends PlaceStep {
  check(model: Readonly<Model>) {
    return isAwake(this.appHost(model));
  }

  async run(model: Model, world: World) {
    await world.dropClients(this.appHost(model)!);
  }
}

class Put extends PlaceStep {
  constructor(
    place: Place,
    private readonly clutter: Clutter,
  ) {
    super(place);
  }

  protected override get facts() {
    return [this.place.number, this.clutter];
  }

  check(model: Readonly<Model>) {
    return this.isReachable(model);
  }

  async run(model: Model, world: World) {
    model.put(this.place, this.clutter);
    await world.putClutter(this.place, this.clutter);
  }
}

class Remove extends PlaceStep {
  check(model: Readonly<Model>) {
    return this.file(model) !== undefined && this.isReachable(model);
  }

  async run(model: Model, world: World) {
    model.unlink(this.place);
    await world.removeFile(this.place);
  }
}

class ReuseProcessId extends PlaceStep {
  check(model: Readonly<Model>) {
    const file = this.file(model);
    return file !== undefined && !file.appHost && this.place.hasProcessId && this.isReachable(model);
  }

  async run(_model: Model, world: World) {
    await world.reuseProcessId(this.place);
  }
}

class ToggleFilePermissions extends PlaceStep {
  check(model: Readonly<Model>) {
    return this.file(model) !== undefined && this.isReachable(model);
  }

  async run(model: Model, world: World) {
    const file = this.file(model)!;
    if (world.cannot.has('permissions')) return;
    file.isClosed = !file.isClosed;
    await world.setFileClosed(this.place, file.isClosed);
  }
}

abstract class DirectoryStep extends AnyStep {
  constructor(protected readonly kind: DirectoryKind) {
    super();
  }

  protected get facts(): readonly unknown[] {
    return [this.kind];
  }
}

class DeleteDirectory extends DirectoryStep {
  check({ directories }: Readonly<Model>) {
    return directories[this.kind].exists && !directories[this.kind].isClosed;
  }

  async run(model: Model, world: World) {
    model.emptyDirectory(this.kind);
    model.directories[this.kind].exists = false;
    await world.deleteDirectory(this.kind);
  }
}

class MakeDirectory extends DirectoryStep {
  check({ directories }: Readonly<Model>) {
    return !directories[this.kind].exists;
  }

  async run(model: Model, world: World) {
    model.directories[this.kind].exists = true;
    await world.makeDirectory(this.kind);
  }
}

class ReplaceDirectory extends DirectoryStep {
  check({ directories }: Readonly<Model>) {
    return directories[this.kind].exists && !directories[this.kind].isClosed;
  }

  async run(model: Model, world: World) {
    model.emptyDirectory(this.kind);
    await world.replaceDirectory(this.kind);
  }
}

class ToggleDirectoryPermissions extends DirectoryStep {
  check({ directories }: Readonly<Model>) {
    return directories[this.kind].exists;
  }

  async run({ directories }: Model, world: World) {
    if (world.cannot.has('permissions')) return;
    const directory = directories[this.kind];
    directory.isClosed = !directory.isClosed;
    await world.setDirectoryClosed(this.kind, directory.isClosed);
  }
}

class ToggleEvents extends AnyStep {
  protected readonly facts = [];

  check() {
    return true;
  }

  async run(model: Model, world: World) {
    model.isNotifying = !model.isNotifying;
    world.setNotifying(model.isNotifying);
  }
}

export class LoseWatches extends AnyStep {
  constructor(private readonly canWatch: boolean) {
    super();
  }

  protected get facts() {
    return [this.canWatch];
  }

  check() {
    return true;
  }

  async run(_model: Model, world: World) {
    world.loseWatches(this.canWatch);
  }
}

class JumpClock extends AnyStep {
  constructor(private readonly milliseconds: number) {
    super();
  }

  protected get facts() {
    return [this.milliseconds];
  }

  check() {
    return true;
  }

  async run(_model: Model, world: World) {
    world.jumpClock(this.milliseconds);
  }
}

class Turns extends AnyStep {
  constructor(private readonly count: number) {
    super();
  }

  protected get facts() {
    return [this.count];
  }

  check() {
    return true;
  }

  async run(_model: Model, world: World) {
    await world.turns(this.count);
  }
}

export class Pass extends AnyStep {
  constructor(private readonly milliseconds: number) {
    super();
  }

  protected get facts() {
    return [this.milliseconds];
  }

  check() {
    return true;
  }

  async run(_model: Model, world: World) {
    await world.pass(this.milliseconds);
  }
}

/** Somebody asks for a look: it has an answer for each socket, and fails only when a directory cannot be read. */
class Scan extends AnyStep {
  protected readonly facts = [];

  check() {
    return true;
  }

  async run({ directories }: Model, world: World) {
    const isReadable = !directories.current.isClosed && !directories.legacy.isClosed;
    const outcome = world.monitor.scan().then(
      () => true,
      (error: unknown) => {
        if ((error as { readonly code?: unknown }).code !== 'ERR_PRIVATE_DIRECTORY') throw error;
        return false;
      },
    );
    expect(await world.finish(outcome)).toBe(isReadable);
  }
}

/** In the middle of it all the truth is known, too, when nothing has happened for a while. */
class Rest extends AnyStep {
  protected readonly facts = [];

  check() {
    return true;
  }

  async run(model: Model, world: World) {
    await world.rest(() => expectTruth(model, world));
  }
}

const place = fc.constantFrom(...places);
const kind = fc.constantFrom<DirectoryKind>('current', 'legacy');
const manner = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Manner>('answers') },
  { weight: 3, arbitrary: fc.constantFrom<Manner>('slow', 'old', 'tooSlow', 'refuses', 'hangsUp', 'babbles') },
);
const rarely = fc.integer({ min: 0, max: 4 }).map(number => number === 4);
const newcomer: fc.Arbitrary<Newcomer> = fc.record({
  manner,
  isElsewhere: rarely,
  isListening: rarely.map(isNot => !isNot),
  isNameless: rarely,
  predecessorLives: fc.boolean(),
});
const span = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 200 }) },
  { weight: 2, arbitrary: fc.integer({ min: 200, max: 12_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 12_000, max: 90_000 }) },
);
const hour = 3_600_000;

/** Every step with how often it comes. */
const steps: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Step>])[] = [
  [12, fc.tuple(place, newcomer).map(([where, who]) => new Start(where, who))],
  [4, place.map(where => new Exit(where))],
  [4, place.map(where => new Kill(where))],
  [1, fc.constant(new KillLost())],
  [4, place.map(where => new ToggleHang(where))],
  [3, fc.tuple(place, manner).map(([where, how]) => new Behave(where, how))],
  [3, place.map(where => new Listen(where))],
  [3, place.map(where => new DropClients(where))],
  [3, fc.tuple(place, fc.constantFrom<Clutter>('regularFile', 'socketOfAnother', 'staleSocket')).map(([where, what]) => new Put(where, what))],
  [3, place.map(where => new Remove(where))],
  [2, place.map(where => new ReuseProcessId(where))],
  [2, place.map(where => new ToggleFilePermissions(where))],
  [1, kind.map(which => new DeleteDirectory(which))],
  [1, kind.map(which => new MakeDirectory(which))],
  [1, kind.map(which => new ReplaceDirectory(which))],
  [2, kind.map(which => new ToggleDirectoryPermissions(which))],
  [2, fc.constant(new ToggleEvents())],
  [1, fc.boolean().map(canWatch => new LoseWatches(canWatch))],
  [1, fc.constantFrom(-24 * hour, -hour, -10_000, 400, 10_000, hour, 24 * hour).map(by => new JumpClock(by))],
  [4, fc.integer({ min: 1, max: 12 }).map(count => new Turns(count))],
  [8, span.map(milliseconds => new Pass(milliseconds))],
  [2, fc.constant(new Scan())],
  [1, fc.constant(new Rest())],
];

/** Any step, as often as it has to come. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary })));
