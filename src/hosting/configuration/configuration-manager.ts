import { disposeAll, type IChangeToken, markHandled, ObjectDisposedError } from '../primitives/index.js';
import { throwUnlessIndex } from './configuration-builder.js';
import { ConfigurationRoot } from './configuration-root.js';
import { ConfigurationBuilderMethods } from './configuration-sources.js';
import type { IConfigurationProvider, IConfigurationRoot, IConfigurationSection, IConfigurationSource } from './configuration.js';
import type { DebugViewOptions } from './debug-view.js';
import { MemoryConfigurationSource } from './memory-configuration.js';
import { NotifyingMap } from './notifying-map.js';
import { buildProviders, releaseProviders, runAll } from './provider-ownership.js';

/**
 * A configuration that can be read while it is put together. It begins with an empty source in memory, so that values can be set.
 *
 * A source that is added is loaded at once, and alone; whatever else changes the list of sources builds and loads all of them again, and values that were
 * set are lost with the providers that held them. Every change of the list is told once through the reload token.
 *
 * Differs from .NET: a source that cannot be loaded is not added, and a change after which one cannot be loaded is not made; .NET keeps the list as it was
 * meant to be and the values as they were.
 *
 * @see Microsoft.Extensions.Configuration.ConfigurationManager
 */
export class ConfigurationManager extends ConfigurationBuilderMethods implements IConfigurationRoot {
  readonly #root = new ConfigurationRoot([]);
  #sources: readonly IConfigurationSource[] = [];
  readonly #pendingDisposals = new Set<Promise<void>>();
  #isDisposed = false;
  /** A change of a property builds and loads all sources again, for they may have been built from it. */
  override readonly properties: Map<unknown, unknown> = new NotifyingMap(() => this.#rebuild(this.#sources));

  constructor() {
    super();
    this.add(new MemoryConfigurationSource());
  }

  override get sources(): readonly IConfigurationSource[] {
    return this.#sources;
  }

  get providers(): readonly IConfigurationProvider[] {
    return this.#root.providers;
  }

  override add(source: IConfigurationSource): this {
    this.#throwIfDisposed();
    this.#root.addProvider(source.build(this));
    this.#sources = [...this.#sources, source];
    this.#root.raiseChanged();
    return this;
  }

  override insert(index: number, source: IConfigurationSource): this {
    throwUnlessIndex(index, this.#sources.length);
    return this.#rebuild(this.#sources.toSpliced(index, 0, source));
  }

  override removeAt(index: number): this {
    throwUnlessIndex(index, this.#sources.length - 1);
    return this.#rebuild(this.#sources.toSpliced(index, 1));
  }

  override clear(): this {
    return this.#rebuild([]);
  }

  /** The manager itself. */
  override build(): this {
    return this;
  }

  get(key: string): string | undefined {
    return this.#root.get(key);
  }

  set(key: string, value: string | null): void {
    this.#root.set(key, value);
  }

  getSection(key: string): IConfigurationSection {
    return this.#root.getSection(key);
  }

  getRequiredSection(key: string): IConfigurationSection {
    return this.#root.getRequiredSection(key);
  }

  getChildren(): IConfigurationSection[] {
    return this.#root.getChildren();
  }

  getReloadToken(): IChangeToken {
    return this.#root.getReloadToken();
  }

  getConnectionString(name: string): string | undefined {
    return this.#root.getConnectionString(name);
  }

  asEnumerable(makePathsRelative?: boolean): Iterable<readonly [key: string, value: string | undefined]> {
    return this.#root.asEnumerable(makePathsRelative);
  }

  providerOf(key: string): IConfigurationProvider | undefined {
    return this.#root.providerOf(key);
  }

  /** Marks a key, and what is below it, as secret, whatever becomes of the sources. @see ConfigurationRoot.markSecret */
  markSecret(key: string): void {
    this.#root.markSecret(key);
  }

  /** Whether the value of a key is secret. @see ConfigurationRoot.isSecret */
  isSecret(key: string): boolean {
    return this.#root.isSecret(key);
  }

  reload(): void {
    this.#root.reload();
  }

  getDebugView(options?: DebugViewOptions): string {
    return this.#root.getDebugView(options);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#root[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const pending = Array.from(this.#pendingDisposals, disposal => ({ [Symbol.asyncDispose]: () => disposal }));
    this.#pendingDisposals.clear();
    await disposeAll([this.#root, ...pending]);
  }

  #rebuild(sources: readonly IConfigurationSource[]): this {
    this.#throwIfDisposed();
    const previous = this.#root.replaceProviders(buildProviders(sources, source => source.build(this)));
    this.#sources = sources;
    runAll([() => this.#root.raiseChanged(), () => this.#release(previous)], 'One or more errors occurred after the sources were changed.');
    return this;
  }

  #release(providers: readonly IConfigurationProvider[]): void {
    const disposal = releaseProviders(providers);
    if (!disposal) return;
    markHandled(disposal);
    this.#pendingDisposals.add(disposal);
    // One that fails stays, for whoever disposes the manager is the one to be told.
    void disposal.then(
      () => this.#pendingDisposals.delete(disposal),
      () => undefined,
    );
  }

  #throwIfDisposed(): void {
    if (this.#isDisposed) throw new ObjectDisposedError('ConfigurationManager');
  }
}
