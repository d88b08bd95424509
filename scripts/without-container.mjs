/** The classes that a bundle has in place of the container's. */
export const substitutedClasses = ['Container', 'Plugin'];

/**
 * Leaves inversify out of a bundle whose program neither configures the container nor asks for it: hostward resolves without it, and reading its hundred
 * kilobytes is much of what the start of a command costs.
 */
export function withoutContainer() {
  return {
    name: 'without-container',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^(inversify|reflect-metadata|@inversifyjs\/.+)$/ }, ({ path }) => ({ path, namespace: 'no-container', sideEffects: false }));
      esbuild.onLoad({ filter: /./, namespace: 'no-container' }, () => ({ contents: substitutes }));
    },
  };
}

/** Decorators that leave no record for a container, because there is none. */
const substitutes = `
const decorator = () => () => {};
export { decorator as inject, decorator as multiInject, decorator as named, decorator as optional };
export class Plugin {}
export class Container {
  constructor() {
    throw new Error('This program was built without inversify.');
  }
}
`;
