import { importBuilt } from './built.mjs';

/** hostward and its peers, and classes that both hostward and inversify know how to construct. */
export async function importContainers() {
  const [hostward, inversify, awilix] = [await importBuilt('hostward'), await import('inversify'), await import('awilix')];
  return { hostward, inversify, awilix };
}

/**
 * A tree of `count` classes: each receives the two below it, so that the first leads to all of them. The decorators are hostward's, which tell inversify, too.
 */
export function classTree(count, { inject }) {
  const types = Array.from(
    { length: count },
    (_, index) =>
      ({
        [`Service${index}`]: class {
          constructor(left, right) {
            this.left = left;
            this.right = right;
          }
        },
      })[`Service${index}`],
  );
  types.forEach((type, index) => {
    [2 * index + 1, 2 * index + 2].filter(child => child < count).forEach((child, parameter) => inject(types[child])(type, undefined, parameter));
    // A constructor with fewer parameters than the class has, as at the edge of the tree.
    Object.defineProperty(type, 'length', { value: Math.max(0, Math.min(2, count - 2 * index - 1)) });
  });
  return types;
}

/** The registrations of `types`, as hostward has them. */
export function collectionOf(types, { ServiceCollection }, method = 'addSingleton') {
  const services = new ServiceCollection();
  for (const type of types) services[method](type);
  return services;
}

/** A container of inversify with the same, in the way its documentation shows. */
export function containerOf(types, { Container }, scope = 'Singleton') {
  const container = new Container();
  for (const type of types) container.bind(type).toSelf()[`in${scope}Scope`]();
  return container;
}

/** A benchmark of work that was not done says nothing. */
export function assertRight(isRight) {
  if (!isRight) throw new Error('The work that was timed did not do what it should have.');
}
