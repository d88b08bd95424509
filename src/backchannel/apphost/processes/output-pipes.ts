import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { onDispose, toError } from '../../../hosting/primitives/index.js';

/** The ends of two pipes: a program's standard output and its standard error. */
export interface OutputPipes {
  /** Stands in the path by which the system calls them, and in no other. */
  readonly token: string;
  readonly out: Readable;
  readonly error: Readable;
  /** For the program. Disposing them takes them away from this process, which has to be done when the program has them. */
  readonly writers: Disposable & { readonly out: number; readonly error: number };
}

/** Milliseconds that making them may take. */
const makeTimeout = 5_000;

/**
 * Makes pipes, which Node itself does not: what it gives a child are sockets, and a program that opens `/dev/stdout` or `/dev/stderr`, as many scripts do, fails with
 * those.
 *
 * @returns undefined where there is no `mkfifo` or no room for it
 */
export async function openOutputPipes(): Promise<OutputPipes | undefined> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), 'hostward-pipes-'));
    const paths = [join(folder, 'out'), join(folder, 'error')] as const;
    await makeFifos(paths);
    return openAll(basename(folder), paths);
  } catch {
    return undefined;
  } finally {
    // Names are needed to open them only.
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function makeFifos(paths: readonly string[]): Promise<void> {
  const { execFile } = await import('node:child_process');
  await new Promise<void>((resolve, reject) => {
    execFile('mkfifo', ['-m', '600', ...paths], { timeout: makeTimeout }, error => (error ? reject(toError(error)) : resolve()));
  });
}

function openAll(token: string, [outPath, errorPath]: readonly [string, string]): OutputPipes {
  const opened: number[] = [];
  const open = (path: string, flags: number) => {
    const fd = openSync(path, flags);
    opened.push(fd);
    return fd;
  };
  try {
    // The readers first, and not waiting: a writer waits for its reader, and a reader sees an end where there is no writer.
    const readers = [outPath, errorPath].map(path => open(path, constants.O_RDONLY | constants.O_NONBLOCK));
    const [out = -1, error = -1] = [outPath, errorPath].map(path => open(path, constants.O_WRONLY));
    const [outReader, errorReader] = readers.map(fd => new Socket({ fd, readable: true, writable: false })) as [Socket, Socket];
    const { [Symbol.dispose]: dispose } = onDispose(() => [out, error].forEach(fd => closeSync(fd)));
    return { token, out: outReader, error: errorReader, writers: { out, error, [Symbol.dispose]: dispose } };
  } catch (error) {
    opened.forEach(fd => closeSync(fd));
    throw error;
  }
}
