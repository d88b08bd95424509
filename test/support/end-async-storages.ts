import { AsyncLocalStorage } from 'node:async_hooks';

// Node follows every promise for each storage that is in use, and the suites of a worker share one Node: with a hundred storages, of which Jest has one for each suite, promises
// take two hundred times as long. Loaded before each suite; what those before it have used is of no use any more.
const { prototype } = AsyncLocalStorage;
const key = Symbol.for('hostward.asyncStorages');
const shared = prototype as typeof prototype & { [key]?: Set<AsyncLocalStorage<unknown>> };

function follow(): Set<AsyncLocalStorage<unknown>> {
  const inUse = new Set<AsyncLocalStorage<unknown>>();
  const { run, enterWith } = prototype;
  prototype.run = function (this: AsyncLocalStorage<unknown>, ...args: Parameters<typeof run>) {
    inUse.add(this);
    return run.apply(this, args);
  } as typeof run;
  prototype.enterWith = function (this: AsyncLocalStorage<unknown>, store: unknown) {
    inUse.add(this);
    enterWith.call(this, store);
  };
  return inUse;
}

const before = (shared[key] ??= follow());
for (const storage of before) storage.disable();
before.clear();
