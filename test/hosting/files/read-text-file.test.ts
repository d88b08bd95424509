import { execFileSync } from 'node:child_process';
import type * as nodeFs from 'node:fs';
import { readTextFile } from '../../../src/hosting/files/read-text-file.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

jest.mock('node:fs', () => ({ ...jest.requireActual<typeof nodeFs>('node:fs') }));

const fs = jest.requireMock<typeof nodeFs>('node:fs');

expectNoLeaks();

describe('readTextFile', () => {
  it.each([
    ['UTF-8', [0x68, 0xc3, 0xa9]],
    ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, 0x68, 0xc3, 0xa9]],
    ['UTF-16, little end first', [0xff, 0xfe, 0x68, 0, 0xe9, 0]],
    ['UTF-16, big end first', [0xfe, 0xff, 0, 0x68, 0, 0xe9]],
    ['UTF-16 with half a character at the end', [0xfe, 0xff, 0, 0x68, 0, 0xe9, 0]],
  ])('reads %s', (_, bytes) => {
    using directory = new TemporaryFolder();
    expect(readTextFile(directory.write('text', Uint8Array.from(bytes)))).toBe('hé');
  });

  it('reads a file of more than one part, and an empty one', () => {
    using directory = new TemporaryFolder();
    const text = 'é'.repeat(100_000);
    expect(readTextFile(directory.write('long', text)) === text).toBe(true);
    expect(readTextFile(directory.write('empty', ''))).toBe('');
  });

  it('reads a file of which the system does not say how long it is', () => {
    expect(readTextFile('/proc/self/status')).toContain('Pid:');
  });

  it('does not wait for somebody to write into a pipe', () => {
    using directory = new TemporaryFolder();
    execFileSync('mkfifo', [directory.at('pipe')]);
    expect(() => readTextFile(directory.at('pipe'))).toThrow(
      expect.objectContaining({
        code: 'ERR_FILE_UNREADABLE',
        message: `'${directory.at('pipe')}' was expected to be a file, but is a pipe. Give the path of a file.`,
      }),
    );
    expect(() => readTextFile('/dev/zero')).toThrow('but is a device');
    expect(() => readTextFile(directory.path)).toThrow('but is a directory');
  });

  it('reads again what somebody wrote meanwhile, and leaves no file open', () => {
    using directory = new TemporaryFolder();
    const path = directory.write('a', 'old');
    const open = () => fs.readdirSync('/proc/self/fd').length;
    const before = open();
    using writer = onRead(reads => reads === 1 && fs.writeFileSync(path, 'newer'));
    expect(readTextFile(path)).toBe('newer');
    expect(writer.reads).toBe(4);
    expect(open()).toBe(before);
  });

  it('gives up on a file that does not stop changing', () => {
    using directory = new TemporaryFolder();
    const path = directory.write('a', 'x');
    const open = () => fs.readdirSync('/proc/self/fd').length;
    const before = open();
    using _ = onRead(() => fs.appendFileSync(path, 'x'));
    expect(() => readTextFile(path)).toThrow(expect.objectContaining({ code: 'ERR_FILE_UNREADABLE' }));
    expect(open()).toBe(before);
  });

  /** Calls back after each reading that finds the end of a file or something in it. */
  function onRead(write: (reads: number) => unknown) {
    const { readSync } = jest.requireActual<typeof nodeFs>('node:fs');
    const calls = { reads: 0, [Symbol.dispose]: () => spy.mockRestore() };
    const spy = jest.spyOn(fs, 'readSync').mockImplementation((...args: unknown[]) => {
      const count = Reflect.apply(readSync, undefined, args) as number;
      calls.reads++;
      if (calls.reads < 1_000) write(calls.reads);
      return count;
    });
    return calls;
  }
});
