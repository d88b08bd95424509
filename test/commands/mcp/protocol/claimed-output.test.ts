import { Console } from 'node:console';
import { ClaimedOutput } from '../../../../src/commands/mcp/protocol/claimed-output.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { HesitantOutput } from '../streams.js';

describe('an output that is claimed for the protocol', () => {
  expectNoLeaks();

  it('takes the lines of the protocol; what others print goes elsewhere', async () => {
    const [stdout, stderr] = [new HesitantOutput(), new HesitantOutput()];
    {
      using output = new ClaimedOutput(stdout, stderr);
      new Console(stdout).log('from a library');
      await new Promise<void>(resolve => void output.write('{}\n', resolve));
      stdout.write('from another\n');
    }
    new Console(stdout).log('afterwards');
    expect([stdout.text, stderr.text]).toEqual(['{}\nafterwards\n', 'from a library\nfrom another\n']);
    expect(Object.hasOwn(stdout, 'write')).toBe(false);
  });

  it('is given back as it was when somebody had changed it before', () => {
    const [stdout, stderr] = [new HesitantOutput(), new HesitantOutput()];
    const own = jest.fn(() => true);
    stdout.write = own;
    new ClaimedOutput(stdout, stderr)[Symbol.dispose]();
    stdout.write('x');
    expect(own.mock.calls).toEqual([['x']]);
  });
});
