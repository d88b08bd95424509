import { HostingEnvironment, type IHostEnvironment, isDevelopment, isEnvironment } from 'hostward';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

const environment = (environmentName: string): IHostEnvironment => Object.assign(new HostingEnvironment(), { environmentName });

describe('an environment', () => {
  it.each([
    ['Production', 'producTion', true],
    ['Staging', 'Staging', true],
    ['Staging', 'Production', false],
    ['', 'Production', false],
  ])("'%s' is '%s': %s", (name, asked, expected) => {
    expect(isEnvironment(environment(name), asked)).toBe(expected);
  });

  it.each([
    ['Development', true],
    ['DEVELOPMENT', true],
    ['Production', false],
  ])("'%s' is for development: %s", (name, expected) => {
    expect(isDevelopment(environment(name))).toBe(expected);
  });
});
