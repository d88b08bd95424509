import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import { onDispose } from '../primitives/index.js';
import type { LogScope } from './logger.js';

/** A scope with those around it. */
interface ScopeNode {
  /** Given up when the scope is closed: contexts that were forked while it was open may hold the node for as long as they live. */
  scope: LogScope | undefined;
  readonly parent: ScopeNode | undefined;
}

const noScopes: readonly LogScope[] = [];

/**
 * The scopes that are open in each asynchronous context. Nothing is tracked before the first one is opened.
 *
 * Differs from .NET: a scope that was disposed shows nowhere, also not in work that was started in it and goes on. There it stays, because the runtime copies
 * the context; here a request's number would be on whatever its last timer does.
 *
 * @see Microsoft.Extensions.Logging.LoggerExternalScopeProvider
 */
export class LogScopes implements Disposable {
  #storage: AsyncLocalStorage<ScopeNode | undefined> | undefined;
  #isDisposed = false;

  /** The open scopes, the outermost first. */
  get current(): readonly LogScope[] {
    let node = this.#storage && openOf(this.#storage.getStore());
    if (!node) return noScopes;
    const scopes: LogScope[] = [];
    for (; node; node = openOf(node.parent)) scopes.push(node.scope!);
    return scopes.reverse();
  }

  /** Opens a scope in this context, until it is disposed. */
  begin(scope: LogScope): Disposable {
    if (this.#isDisposed) return onDispose(() => undefined);
    const storage = (this.#storage ??= new AsyncLocalStorage<ScopeNode | undefined>());
    const node: ScopeNode = { scope, parent: openOf(storage.getStore()) };
    storage.enterWith(node);
    return onDispose(() => {
      close(node);
      // Only where it is the innermost: disposed out of order, or in another context, it is passed over from now on.
      if (!this.#isDisposed && storage.getStore() === node) storage.enterWith(openOf(node.parent));
    });
  }

  /** Opens a scope for `work` and what it starts, until `work` has settled. */
  run<T>(scope: LogScope, work: () => T): T {
    if (this.#isDisposed) return work();
    const storage = (this.#storage ??= new AsyncLocalStorage<ScopeNode | undefined>());
    const node: ScopeNode = { scope, parent: openOf(storage.getStore()) };
    let result: T;
    try {
      result = storage.run(node, work);
    } catch (error) {
      close(node);
      throw error;
    }
    // Only a promise: other objects with a `then` may begin their work when it is called, a query builder for one.
    if (types.isPromise(result)) return result.finally(() => close(node)) as T;
    close(node);
    return result;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#storage?.disable();
    this.#storage = undefined;
  }
}

/** The nearest scope from `node` outwards that is open. */
function openOf(node: ScopeNode | undefined): ScopeNode | undefined {
  while (node && !node.scope) node = node.parent;
  return node;
}

function close(node: ScopeNode): void {
  node.scope = undefined;
}
