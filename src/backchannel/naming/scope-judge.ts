import { isAbsolute } from 'node:path';
import { TimeProvider } from '../../hosting/time/index.js';
import { PathMemory } from './path-memory.js';
import { isBelow } from './scope.js';

/** Options of {@link ScopeJudge}. */
export interface ScopeJudgeOptions {
  /** The clock that measures `memorySpan`. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
  /** How long what was seen in the file system is believed. Milliseconds. Default: 1,000. */
  readonly memorySpan?: number | undefined;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform | undefined;
}

/**
 * Tells of many AppHosts at once which belong to a working directory, by the rules of `isInScope`.
 *
 * It looks at each directory once in a burst of questions: of a thousand AppHosts the ways to their files are much the same. Nothing that it believes is older than `memorySpan`,
 * because checkouts come and go, so it may be kept for as long as its owner lives. It holds no timer and nothing open.
 */
export class ScopeJudge {
  readonly #memory: PathMemory;
  readonly #timeProvider: TimeProvider;
  readonly #memorySpan: number;
  readonly #platform: NodeJS.Platform;
  #since: bigint | undefined;

  constructor(
    private readonly workingDirectory: string,
    { timeProvider = TimeProvider.system, memorySpan = 1_000, platform = process.platform }: ScopeJudgeOptions = {},
  ) {
    this.#memory = new PathMemory(platform);
    this.#timeProvider = timeProvider;
    this.#memorySpan = memorySpan;
    this.#platform = platform;
  }

  /** As `isInScope`. */
  isInScope(appHostPath: string | null | undefined): boolean {
    const appHost = this.resolveAppHostPath(appHostPath);
    if (appHost === undefined) return false;
    const directory = this.#memory.resolve(this.workingDirectory);
    return isBelow(appHost, directory, this.#platform) && this.#isInSameCheckout(appHost, directory);
  }

  /** As the function of that name; for nearly nothing when {@link isInScope} was asked of the same AppHost. */
  resolveAppHostPath(appHostPath: string | null | undefined): string | undefined {
    this.#forgetWhatIsOld();
    return appHostPath && isAbsolute(appHostPath) ? this.#memory.resolve(appHostPath) : undefined;
  }

  #isInSameCheckout(appHost: string, directory: string): boolean {
    const worktree = this.#memory.worktreeOf(directory);
    return worktree === undefined || this.#memory.worktreeOf(appHost) === worktree;
  }

  #forgetWhatIsOld(): void {
    if (this.#since !== undefined && this.#timeProvider.getElapsedMilliseconds(this.#since) < this.#memorySpan) return;
    this.#memory.forget();
    this.#since = this.#timeProvider.getTimestamp();
  }
}
