import { KeptWarnings } from '../../../src/commands/output/kept-warnings.js';
import { expectNoLeaks } from '../../support/leak-check.js';

/** What is printed on standard error while `work` runs. */
async function printedBy(work: () => Promise<void>): Promise<string> {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await work();
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

describe('warnings that are kept until they are printed', () => {
  expectNoLeaks();

  it('are printed as the console logger prints them, in their order, and nothing below a warning is', async () => {
    const warnings = new KeptWarnings('Monitor');
    warnings.trace();
    warnings.debug();
    warnings.information();
    warnings.log('information', { id: 1 }, undefined, 'not this');
    const printed = await printedBy(async () => {
      warnings.warning('{Count} are left', 3);
      warnings.withScope('in a scope', () => warnings.error(new Error('no room'), 'It failed'));
      using _ = warnings.beginScope();
      warnings.critical('The end');
      warnings.log('warning', { id: 7 }, undefined, 'and {Last}', 'this');
      await warnings.print();
    });
    expect(printed.replace(/^ +at .*\n/gm, '')).toBe(
      [
        'warn: Monitor[0]\n      3 are left\n',
        'fail: Monitor[0]\n      It failed\n      Error: no room\n',
        'crit: Monitor[0]\n      The end\n',
        'warn: Monitor[7]\n      and this\n',
      ].join(''),
    );
  });

  it('are printed once', async () => {
    const warnings = new KeptWarnings('Monitor');
    warnings.warning('once');
    expect(await printedBy(() => warnings.print())).toContain('once');
    expect(await printedBy(() => warnings.print())).toBe('');
  });

  it('are enabled for those levels alone', () => {
    const warnings = new KeptWarnings('Monitor');
    const levels = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'] as const;
    expect(levels.filter(level => warnings.isEnabled(level))).toEqual(['warning', 'error', 'critical']);
  });
});
