import type fc from 'fast-check';
import type { Model, ModelAppHost, ModelFile } from './model.js';
import type { DirectoryKind, Place } from './places.js';
import type { World } from './world.js';

/** One thing that happens: when it can, what it makes of the truth, and what of the world. */
export type Step = fc.AsyncCommand<Model, World>;

/** What all steps have. It can always happen, unless it says otherwise. */
export abstract class AnyStep implements Step {
  /** What tells it from others of its kind. */
  protected readonly facts: readonly unknown[];

  constructor(...facts: readonly unknown[]) {
    this.facts = facts;
  }

  abstract run(model: Model, world: World): Promise<void>;

  check(_model: Readonly<Model>): boolean {
    return true;
  }

  toString(): string {
    return `${this.constructor.name}(${this.facts.map(fact => JSON.stringify(fact)).join(', ')})`;
  }
}

/** Something that happens under one name. */
export abstract class PlaceStep extends AnyStep {
  constructor(
    protected readonly place: Place,
    ...facts: readonly unknown[]
  ) {
    super(place.number, ...facts);
  }

  protected file(model: Readonly<Model>): ModelFile | undefined {
    return model.files.get(this.place);
  }

  protected appHost(model: Readonly<Model>): ModelAppHost | undefined {
    return this.file(model)?.appHost;
  }

  /** One whose process takes orders: one that is stopped does not. */
  protected isAwake(model: Readonly<Model>): boolean {
    return this.appHost(model)?.isHung === false;
  }

  /** Whether files can be made and removed there. */
  protected isReachable(model: Readonly<Model>): boolean {
    return !model.directories[this.place.directory].isClosed;
  }
}

/** Something that happens to a whole directory. */
export abstract class DirectoryStep extends AnyStep {
  constructor(
    protected readonly kind: DirectoryKind,
    ...facts: readonly unknown[]
  ) {
    super(kind, ...facts);
  }

  protected isThere({ directories }: Readonly<Model>): boolean {
    return directories[this.kind].exists && !directories[this.kind].isClosed;
  }
}
