import { AppHostPrograms } from './app-host-programs.js';
import { AspireCli, findAspireCli } from './aspire-cli.js';

const installed = findAspireCli();

/** Skips the tests, visibly, where there is no native CLI. */
export const describeWithCli = installed === undefined ? describe.skip : describe;

/** What the tests of the command line have in common. */
export interface Setting {
  readonly aspire: AspireCli;
  readonly programs: AppHostPrograms;
}

/** A command line and programs for it to talk to, there from before the first test until after the last. Call it in `describe`. */
export function setUp(...names: readonly string[]): Setting {
  let setting: Setting | undefined;
  beforeAll(() => {
    setting = { aspire: new AspireCli(installed ?? ''), programs: new AppHostPrograms(...names) };
  });
  afterAll(() => {
    setting?.programs[Symbol.dispose]();
    setting?.aspire[Symbol.dispose]();
  });
  const current = (): Setting => {
    if (!setting) throw new Error('There is no setting before the tests have begun.');
    return setting;
  };
  return {
    get aspire() {
      return current().aspire;
    },
    get programs() {
      return current().programs;
    },
  };
}
