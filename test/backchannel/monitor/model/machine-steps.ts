import { expectReported, expectSteady, expectTruth } from './expect-truth.js';
import type { Model } from './model.js';
import { AnyStep } from './step.js';
import type { World } from './world.js';

/** Changes are reported, or not any more, which nobody says. */
export class SetNotifying extends AnyStep {
  constructor(private readonly isNotifying: boolean) {
    super(isNotifying);
  }

  async run(model: Model, world: World): Promise<void> {
    model.isCalm &&= this.isNotifying;
    world.setNotifying(this.isNotifying);
  }
}

/** The system ends all watches, and gives others or refuses. */
export class LoseWatches extends AnyStep {
  constructor(private readonly canWatch: boolean) {
    super(canWatch);
  }

  async run(model: Model, world: World): Promise<void> {
    model.isCalm = false;
    world.loseWatches(this.canWatch);
  }
}

/** Who wants to know begins or ends; without anybody, nothing is kept up to date. */
export class SetWatching extends AnyStep {
  constructor(private readonly isWatching: boolean) {
    super(isWatching);
  }

  override check({ directories, isWatching }: Readonly<Model>): boolean {
    // That it cannot begin without its directories is another matter.
    return isWatching !== this.isWatching && (isWatching || (!directories.current.isClosed && !directories.legacy.isClosed));
  }

  async run(model: Model, world: World): Promise<void> {
    model.isWatching = this.isWatching;
    model.isCalm &&= model.isWatched;
    await world.setWatching(this.isWatching);
  }
}

/** Somebody sets the clock. */
export class JumpClock extends AnyStep {
  constructor(private readonly milliseconds: number) {
    super(milliseconds);
  }

  async run(_model: Model, world: World): Promise<void> {
    world.jumpClock(this.milliseconds);
  }
}

/** Some turns of the event loop pass, so that the next step falls into the middle of something. */
export class Turns extends AnyStep {
  constructor(private readonly count: number) {
    super(count);
  }

  async run(_model: Model, world: World): Promise<void> {
    await world.turns(this.count);
  }
}

export class Pass extends AnyStep {
  constructor(private readonly milliseconds: number) {
    super(milliseconds);
  }

  async run(_model: Model, world: World): Promise<void> {
    await world.pass(this.milliseconds);
  }
}

/** What a scan may take when every AppHost that has something to say says it at once: as long as a socket that was just made may refuse. */
const quickScan = 1_000;
/** The same when one does not answer: the limits of a connection and a handshake. */
const longestScan = 9_000;
/** How often the monitor looks at the directories in any case, and a little more. */
const lookInterval = 5_500;

/** Somebody asks for a look: it ends within its limits with everybody connected who answers at once, and fails only when a directory cannot be read. */
export class Scan extends AnyStep {
  async run(model: Model, world: World): Promise<void> {
    const { directories } = model;
    const isReadable = !directories.current.isClosed && !directories.legacy.isClosed;
    const outcome = world.monitor.scan().then(
      () => {
        // At once: that it comes to be right a moment later is not enough.
        expectSteady(model, world);
        return true;
      },
      (error: unknown) => {
        if ((error as { readonly code?: unknown }).code !== 'ERR_PRIVATE_DIRECTORY') throw error;
        return false;
      },
    );
    expect(await world.finish(outcome, model.answersAtOnce ? quickScan : longestScan)).toBe(isReadable);
  }
}

/** What is reported is known before any time passes, and what is not, after a look at the latest. */
export class Soon extends AnyStep {
  override check({ isWatched }: Readonly<Model>): boolean {
    return isWatched;
  }

  async run(model: Model, world: World): Promise<void> {
    await world.soon(model.isCalm ? 0 : lookInterval, () => (model.isCalm ? expectReported(model, world) : expectSteady(model, world)));
  }
}

/** In the middle of it all the truth is known, too, when nothing has happened for a while. */
export class Rest extends AnyStep {
  override check({ isWatched }: Readonly<Model>): boolean {
    return isWatched;
  }

  async run(model: Model, world: World): Promise<void> {
    await world.rest(() => expectTruth(model, world));
  }
}
