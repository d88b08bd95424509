import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import { CodeCache } from '../../../src/commands/launcher/code-cache.js';
import { launch } from '../../../src/commands/launcher/launch.js';
import { ScriptLoader } from '../../../src/commands/launcher/script-loader.js';
import { expectNoLeaks } from '../../support/leak-check.js';

const nodeRequire = createRequire(__filename);

class Scripts implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'hostward-'));

  constructor(scripts: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(scripts)) writeFileSync(join(this.path, name), `"use strict";${text}`);
  }

  /** A loader of a run of its own. */
  loader(): ScriptLoader {
    return new ScriptLoader(this.path, new CodeCache(join(this.path, 'cache/build')), vm, nodeRequire);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

describe('ScriptLoader', () => {
  expectNoLeaks();

  it('runs each script once, as Node would run it, in every run', () => {
    using scripts = new Scripts({
      'main.js':
        'const { one } = require("./one.js"); module.exports = { one, again: require("./one.js").one, dir: __dirname, sep: require("node:path").sep };',
      'one.js': 'let count = 0; exports.one = { count: ++count, file: __filename };',
    });
    for (let run = 0; run < 2; run++) {
      const loader = scripts.loader();
      const one = { count: 1, file: join(scripts.path, 'one.js') };
      const exports = loader.load('main.js') as { one: object; again: object };
      expect(exports).toEqual({ one, again: one, dir: scripts.path, sep: '/' });
      expect(exports.one).toBe(exports.again);
      loader.save();
    }
    expect(readdirSync(join(scripts.path, 'cache/build')).sort()).toEqual(['main.js.bin', 'one.js.bin']);
  });

  it('tries again what could not be loaded, as when all descriptors were in use', () => {
    using scripts = new Scripts({ 'failing.js': 'if (!globalThis.isReady) throw new Error("not ready"); exports.is = "ready";' });
    const loader = scripts.loader();
    expect(() => loader.load('late.js')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    writeFileSync(join(scripts.path, 'late.js'), 'exports.is = "there";');
    expect(loader.load('late.js')).toEqual({ is: 'there' });
    expect(() => loader.load('failing.js')).toThrow('not ready');
    vm.runInThisContext('globalThis.isReady = true');
    expect(loader.load('failing.js')).toEqual({ is: 'ready' });
    vm.runInThisContext('delete globalThis.isReady');
  });

  it('keeps the code anew when a run needed a script more', () => {
    using scripts = new Scripts({ 'main.js': '', 'more.js': '' });
    const kept = () => readdirSync(join(scripts.path, 'cache/build')).sort();
    const first = scripts.loader();
    first.load('main.js');
    first.save();
    expect(kept()).toEqual(['main.js.bin']);
    const second = scripts.loader();
    second.load('main.js');
    second.load('more.js');
    second.save();
    expect(kept()).toEqual(['main.js.bin', 'more.js.bin']);
  });
});

describe('launch', () => {
  expectNoLeaks();

  it('leaves the program to Node when no code is to be kept', () => {
    const { NODE_DISABLE_COMPILE_CACHE: before } = process.env;
    process.env['NODE_DISABLE_COMPILE_CACHE'] = '1';
    try {
      const loaded: string[] = [];
      launch({ directory: '/srv/app', main: 'main.js', require: ((path: string) => loaded.push(path)) as unknown as NodeJS.Require });
      expect(loaded).toEqual(['/srv/app/main.js']);
    } finally {
      if (before === undefined) delete process.env['NODE_DISABLE_COMPILE_CACHE'];
      else process.env['NODE_DISABLE_COMPILE_CACHE'] = before;
    }
  });
});
