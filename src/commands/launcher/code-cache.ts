import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Builds whose code is kept beside that of this one, for those who change between versions. */
const otherBuildsKept = 2;

/**
 * Compiled code of earlier runs, a file a script, in a directory that belongs to this user alone.
 *
 * It is trusted as the program itself is, and so only where nobody else can write. Nothing here throws: without it a program starts slower, and that is all.
 */
export class CodeCache {
  #isPrivate: boolean | undefined;

  /** @param directory of one build for one version of Node; those of other builds are beside it */
  constructor(readonly directory: string) {}

  /** Makes the directory, unless there is one, and takes away what earlier builds left; false when there is none that can be trusted. */
  prepare(): boolean {
    try {
      if (mkdirSync(this.directory, { recursive: true, mode: 0o700 }) !== undefined) this.#removeOldBuilds();
    } catch {
      // A home directory that is full or read-only is no reason to fail.
    }
    return (this.#isPrivate = isPrivate(this.directory));
  }

  /** The code of a script; undefined when there is none, or none that can be trusted. */
  read(name: string): Uint8Array | undefined {
    this.#isPrivate ??= isPrivate(this.directory);
    return this.#isPrivate ? readTwin(this.#pathOf(name)) : undefined;
  }

  /** Keeps the code of scripts by their names. */
  write(scripts: Iterable<readonly [name: string, code: () => Buffer]>): void {
    if (!this.prepare()) return;
    try {
      for (const [name, code] of scripts) writeTwin(this.#pathOf(name), code);
    } catch {
      // As above.
    }
  }

  #pathOf(name: string): string {
    return `${this.directory}/${name}.bin`;
  }

  #removeOldBuilds(): void {
    const parent = dirname(this.directory);
    const others = readdirSync(parent)
      .map(name => join(parent, name))
      .filter(path => path !== this.directory)
      .map(path => ({ path, changedAt: lstatSync(path).mtimeMs }))
      .sort((a, b) => b.changedAt - a.changedAt);
    for (const { path } of others.slice(otherBuildsKept)) rmSync(path, { recursive: true, force: true });
  }
}

/** Whether only this user can write to a directory, which has to be there. */
function isPrivate(directory: string): boolean {
  try {
    const facts = lstatSync(directory, { throwIfNoEntry: false });
    if (!facts?.isDirectory()) return false;
    // Windows keeps others out of the directory above by other means, and has no such owner and permissions.
    return process.platform === 'win32' || (facts.uid === process.geteuid?.() && (facts.mode & 0o22) === 0);
  } catch {
    return false;
  }
}

/** V8 does not check what it reads, and damaged code would end the process: the file holds the code twice, and what is not the same twice does not count. */
function readTwin(path: string): Uint8Array | undefined {
  try {
    const { buffer, byteOffset, length } = readFileSync(path);
    const half = Math.floor(length / 2);
    // Not parts of a Buffer: those take code of Node's that nothing else needs at start.
    const [first, second] = [new Uint8Array(buffer, byteOffset, half), new Uint8Array(buffer, byteOffset + half, length - half)];
    return half > 0 && Buffer.compare(first, second) === 0 ? first : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever reads meanwhile finds the old file or the new one, never a part. */
function writeTwin(path: string, code: () => Buffer): void {
  const temporary = `${path}.${process.pid}`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    const bytes = code();
    for (let copies = 0; copies < 2; copies++) writeWhole(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
}
