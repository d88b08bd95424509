import type { Model, ModelAppHost } from './model.js';
import type { Place } from './places.js';
import { AnyStep, PlaceStep } from './step.js';
import type { Manner, World } from './world.js';

/** How an AppHost is that comes. */
export interface Newcomer {
  readonly manner: Manner;
  readonly isElsewhere: boolean;
  readonly isListening: boolean;
  readonly isNameless: boolean;
  /** Whether the one that it replaces goes on, with its connections. */
  readonly predecessorLives: boolean;
}

/** An AppHost comes, in place of whatever has its name. */
export class Start extends PlaceStep {
  constructor(
    place: Place,
    private readonly newcomer: Newcomer,
  ) {
    super(place, newcomer);
  }

  override check(model: Readonly<Model>): boolean {
    return this.isReachable(model);
  }

  async run(model: Model, world: World): Promise<void> {
    const { predecessorLives, ...facts } = this.newcomer;
    const predecessor = this.appHost(model);
    const appHost = model.newAppHost(this.place, facts);
    model.put(this.place, 'appHost', appHost);
    appHost.processId = await world.startAppHost(this.place, appHost);
    if (!predecessor || predecessorLives) return;
    model.lost.delete(predecessor);
    await world.kill(predecessor);
  }
}

/** An AppHost ends by itself and takes its file away. */
export class Exit extends PlaceStep {
  override check(model: Readonly<Model>): boolean {
    return this.isAwake(model) && this.isReachable(model);
  }

  async run(model: Model, world: World): Promise<void> {
    const appHost = this.appHost(model)!;
    model.files.delete(this.place);
    await world.exit(appHost, this.place);
  }
}

/** An AppHost dies, and its file stays. */
export class Kill extends PlaceStep {
  override check(model: Readonly<Model>): boolean {
    return this.appHost(model) !== undefined;
  }

  async run(model: Model, world: World): Promise<void> {
    const file = this.file(model)!;
    const { appHost } = file;
    file.appHost = undefined;
    await world.kill(appHost!);
  }
}

/** One to which no file leads any more ends, and that must not count. */
export class KillLost extends AnyStep {
  override check(model: Readonly<Model>): boolean {
    return model.lost.size > 0;
  }

  async run(model: Model, world: World): Promise<void> {
    const [appHost] = model.lost;
    model.lost.delete(appHost!);
    await world.kill(appHost!);
  }
}

/** An AppHost stops in the middle of what it does, as in a debugger, or goes on. */
export class SetHung extends PlaceStep {
  constructor(
    place: Place,
    private readonly isHung: boolean,
  ) {
    super(place, isHung);
  }

  override check(model: Readonly<Model>): boolean {
    const appHost = this.appHost(model);
    return appHost !== undefined && appHost.isHung !== this.isHung;
  }

  async run(model: Model, world: World): Promise<void> {
    const appHost = this.appHost(model)!;
    appHost.isHung = this.isHung;
    model.disturb(appHost);
    await world.setHung(appHost, this.isHung);
  }
}

/** An AppHost treats its clients in another manner from now on. */
export class Behave extends PlaceStep {
  constructor(
    place: Place,
    private readonly manner: Manner,
  ) {
    super(place, manner);
  }

  override check(model: Readonly<Model>): boolean {
    return this.isAwake(model);
  }

  async run(model: Model, world: World): Promise<void> {
    const appHost = this.appHost(model)!;
    appHost.manner = this.manner;
    model.disturb(appHost);
    await world.setManner(appHost, this.manner);
  }
}

/** An AppHost that made its socket before accepts connections from now on. */
export class Listen extends PlaceStep {
  override check(model: Readonly<Model>): boolean {
    return this.isAwake(model) && !this.appHost(model)!.isListening && this.isReachable(model);
  }

  async run(model: Model, world: World): Promise<void> {
    const appHost = this.appHost(model)!;
    appHost.isListening = true;
    await world.listen(appHost, this.place);
  }
}

/** An AppHost ends the connections that it has. */
export class DropClients extends PlaceStep {
  override check(model: Readonly<Model>): boolean {
    return this.isAwake(model);
  }

  async run(model: Model, world: World): Promise<void> {
    const appHost = this.appHost(model)!;
    model.disturb(appHost);
    await world.dropClients(appHost);
  }
}

/** All AppHosts end their connections at once. */
export class DropAllClients extends AnyStep {
  override check(model: Readonly<Model>): boolean {
    return this.#awake(model).length > 0;
  }

  async run(model: Model, world: World): Promise<void> {
    for (const appHost of this.#awake(model)) {
      model.disturb(appHost);
      await world.dropClients(appHost);
    }
  }

  #awake({ files }: Readonly<Model>): ModelAppHost[] {
    return [...files.values()].flatMap(({ appHost }) => (appHost && !appHost.isHung ? [appHost] : []));
  }
}
