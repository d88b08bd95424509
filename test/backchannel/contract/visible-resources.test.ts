import { isHiddenResource, readResources, readResourceSnapshot, visibleResources } from '../../../src/backchannel/contract/index.js';
import { recordedResults } from './recordings.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const snapshot = (name: string, members: object = {}) => readResourceSnapshot({ name, ...members });
const namesOf = (names: readonly string[]) => visibleResources(names.map(name => snapshot(name))).map(({ name }) => name);

describe('visibleResources', () => {
  it('sorts by name regardless of letter case, in the same order everywhere', () => {
    expect(namesOf(['web-b', 'API', 'Web-a', 'api2', 'żuk', 'a_b', 'ab', 'a-b'])).toEqual(['a-b', 'ab', 'API', 'api2', 'a_b', 'Web-a', 'web-b', 'żuk']);
    expect(namesOf(['b', 'B', 'a', 'A'])).toEqual(['a', 'A', 'b', 'B']);
  });

  it('leaves out what is hidden, unless that is asked for, and leaves the list given as it is', () => {
    const resources = [snapshot('c'), snapshot('b', { isHidden: true }), snapshot('a', { state: 'hIDDEN' })];
    expect(visibleResources(resources).map(({ name }) => name)).toEqual(['c']);
    expect(visibleResources(resources, { includeHidden: true }).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(resources.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  it('leaves out the hidden resources of a recorded AppHost', () => {
    const [response] = recordedResults('raw/params', 'GetResourcesAsync');
    const hidden = readResources(response).filter(isHiddenResource);
    expect(hidden.map(({ displayName }) => displayName).sort()).toEqual(['hiddenres', 'replicated-rebuilder']);
  });
});
