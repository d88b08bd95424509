import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeCache } from '../../../src/commands/launcher/code-cache.js';
import { expectNoLeaks } from '../../support/leak-check.js';

const code = Buffer.from('compiled code');

class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'hostward-'));
  readonly build = join(this.path, 'hostward/this-build');
  readonly file = join(this.build, 'main.js.bin');

  cache(): CodeCache {
    return new CodeCache(this.build);
  }

  keep(): void {
    this.cache().write([['main.js', () => code]]);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

describe('CodeCache', () => {
  expectNoLeaks();

  it('gives back what was kept, in a later run', () => {
    using scratch = new Scratch();
    scratch.keep();
    expect(scratch.cache().read('main.js')).toEqual(code);
    expect(scratch.cache().read('other.js')).toBeUndefined();
    expect(readdirSync(scratch.build)).toEqual(['main.js.bin']);
  });

  it.each([
    ['changed', (bytes: Buffer) => Buffer.concat([Buffer.from('X'), bytes.subarray(1)])],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['cut in half', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['emptied', () => Buffer.alloc(0)],
  ])('gives back nothing of a file that was %s', (_how, damage) => {
    using scratch = new Scratch();
    scratch.keep();
    writeFileSync(scratch.file, damage(readFileSync(scratch.file)));
    expect(scratch.cache().read('main.js')).toBeUndefined();
    scratch.keep();
    expect(scratch.cache().read('main.js')).toEqual(code);
  });

  it('neither reads nor writes where others can write', () => {
    using scratch = new Scratch();
    scratch.keep();
    const kept = readFileSync(scratch.file);
    chmodSync(scratch.build, 0o777);
    expect(scratch.cache().read('main.js')).toBeUndefined();
    scratch.cache().write([['main.js', () => Buffer.from('other code')]]);
    expect(readFileSync(scratch.file)).toEqual(kept);
  });

  it('does without, and without a word, where there can be no directory', () => {
    using scratch = new Scratch();
    writeFileSync(join(scratch.path, 'hostward'), '');
    scratch.keep();
    expect(scratch.cache().prepare()).toBe(false);
    expect(scratch.cache().read('main.js')).toBeUndefined();
  });

  it('keeps the two other builds that came last, and takes away those before', () => {
    using scratch = new Scratch();
    for (const [at, name] of ['oldest', 'older', 'old'].entries()) {
      const path = join(scratch.path, 'hostward', name);
      mkdirSync(path, { recursive: true });
      utimesSync(path, at + 1, at + 1);
    }
    scratch.keep();
    expect(readdirSync(join(scratch.path, 'hostward')).sort()).toEqual(['old', 'older', 'this-build']);
  });
});
