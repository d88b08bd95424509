import { isAbsolute } from 'node:path';
import { machineOf } from '../../../src/backchannel/client/app-host-machine.js';
import { expectNoLeaks } from '../../support/leak-check.js';

describe('the machine that AppHost looks at', () => {
  expectNoLeaks();
  const { HOME } = process.env;
  afterEach(() => {
    process.env.HOME = HOME;
  });

  it.each(['', 'relative/home'])('has an absolute home directory, also where HOME is %j', home => {
    process.env.HOME = home;
    expect(isAbsolute(machineOf({}).homeDirectory)).toBe(true);
  });

  it('has the home directory that it was given', () => {
    expect(machineOf({ homeDirectory: '/srv/home' }).homeDirectory).toBe('/srv/home');
  });
});
