import type { Model } from './model.js';
import type { DirectoryKind, Place } from './places.js';
import { DirectoryStep, PlaceStep } from './step.js';
import type { Clutter, World } from './world.js';

/** Something comes that is no AppHost, in place of whatever has its name. */
export class Put extends PlaceStep {
  constructor(
    place: Place,
    private readonly clutter: Clutter,
  ) {
    super(place, clutter);
  }

  override check(model: Readonly<Model>): boolean {
    return this.isReachable(model);
  }

  async run(model: Model, world: World): Promise<void> {
    model.put(this.place, this.clutter);
    await world.putClutter(this.place, this.clutter);
  }
}

/** A file goes; who listened on it goes on. */
export class Remove extends PlaceStep {
  override check(model: Readonly<Model>): boolean {
    return this.file(model) !== undefined && this.isReachable(model);
  }

  async run(model: Model, world: World): Promise<void> {
    model.unlink(this.place);
    await world.removeFile(this.place);
  }
}

/** Another process gets the id of the one that made a file and is gone. */
export class ReuseProcessId extends PlaceStep {
  override check(model: Readonly<Model>): boolean {
    const file = this.file(model);
    return file !== undefined && !file.appHost && this.place.hasProcessId && this.isReachable(model);
  }

  async run(_model: Model, world: World): Promise<void> {
    await world.reuseProcessId(this.place);
  }
}

/** The permissions of a file are taken or given back. */
export class SetFileClosed extends PlaceStep {
  constructor(
    place: Place,
    private readonly isClosed: boolean,
  ) {
    super(place, isClosed);
  }

  override check(model: Readonly<Model>): boolean {
    const file = this.file(model);
    return file !== undefined && file.isClosed !== this.isClosed && this.isReachable(model);
  }

  async run(model: Model, world: World): Promise<void> {
    if (world.cannot.has('permissions')) return;
    const file = this.file(model)!;
    file.isClosed = this.isClosed;
    model.disturb(file.appHost);
    await world.setFileClosed(this.place, this.isClosed);
  }
}

/** A directory goes, with all that is in it. */
export class DeleteDirectory extends DirectoryStep {
  override check(model: Readonly<Model>): boolean {
    return this.isThere(model);
  }

  async run(model: Model, world: World): Promise<void> {
    model.isCalm = false;
    model.emptyDirectory(this.kind);
    model.directories[this.kind].exists = false;
    await world.deleteDirectory(this.kind);
  }
}

/** A directory is made again. */
export class MakeDirectory extends DirectoryStep {
  override check({ directories }: Readonly<Model>): boolean {
    return !directories[this.kind].exists;
  }

  async run(model: Model, world: World): Promise<void> {
    model.isCalm = false;
    model.directories[this.kind].exists = true;
    await world.makeDirectory(this.kind);
  }
}

/** A directory is moved away, and another is put in its place. */
export class ReplaceDirectory extends DirectoryStep {
  override check(model: Readonly<Model>): boolean {
    return this.isThere(model);
  }

  async run(model: Model, world: World): Promise<void> {
    model.isCalm = false;
    model.emptyDirectory(this.kind);
    await world.replaceDirectory(this.kind);
  }
}

/** The permissions of a directory are taken or given back. */
export class SetDirectoryClosed extends DirectoryStep {
  constructor(
    kind: DirectoryKind,
    private readonly isClosed: boolean,
  ) {
    super(kind, isClosed);
  }

  override check({ directories }: Readonly<Model>): boolean {
    const { exists, isClosed } = directories[this.kind];
    return exists && isClosed !== this.isClosed;
  }

  async run(model: Model, world: World): Promise<void> {
    if (world.cannot.has('permissions')) return;
    model.disturbDirectory(this.kind);
    model.directories[this.kind].isClosed = this.isClosed;
    await world.setDirectoryClosed(this.kind, this.isClosed);
  }
}
