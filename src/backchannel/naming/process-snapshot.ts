import { readdirSync, readFileSync } from 'node:fs';
import { toError } from '../../hosting/primitives/index.js';
import { nextTurn } from '../../hosting/time/next-turn.js';

/** A process of this machine at one moment. Zombies are none: they hold nothing but their number. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** 0 where the system does not tell. */
  readonly session: number;
  /** When it started, in the system's own terms: tells it from another process that gets the same number later. */
  readonly startedAt: string;
}

/** How processes are listed: from /proc, or by the `ps` of every other Unix. */
export type SnapshotSource = 'proc' | 'ps';

/** Milliseconds that `ps` may take. */
const listTimeout = 5_000;

export function snapshotSource(platform: NodeJS.Platform = process.platform): SnapshotSource {
  return platform === 'linux' ? 'proc' : 'ps';
}

/** Looks at all processes once for all that ask in the same turn: with a hundred programs to end, a look for each would take the time of all. */
export class ProcessSnapshots {
  #next: Promise<readonly ProcessEntry[]> | undefined;

  constructor(private readonly source: SnapshotSource) {}

  /** All processes as they are after this call. */
  take(): Promise<readonly ProcessEntry[]> {
    this.#next ??= new Promise<void>(nextTurn).then(() => {
      this.#next = undefined;
      return readProcesses(this.source);
    });
    return this.#next;
  }
}

/** All processes that this user may see. */
export async function readProcesses(source: SnapshotSource): Promise<readonly ProcessEntry[]> {
  return source === 'proc' ? readProc() : parseList(await list(['-A']));
}

/** One process, or undefined when there is none of that number any more. */
export async function readProcess(pid: number, source: SnapshotSource): Promise<ProcessEntry | undefined> {
  return source === 'proc' ? readProcEntry(pid) : parseList(await list(['-p', String(pid)]))[0];
}

function readProc(): readonly ProcessEntry[] {
  return readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? (readProcEntry(Number(name)) ?? []) : []));
}

/** One process as /proc tells it, in the same turn; undefined when there is none. */
export function readProcEntry(pid: number): ProcessEntry | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // A program may have any name, also one with brackets and line feeds in it.
  const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ');
  const [state, parent, group, session] = fields;
  return isGone(state) ? undefined : { pid, parent: Number(parent), group: Number(group), session: Number(session), startedAt: fields[19] ?? '' };
}

async function list(selection: readonly string[]): Promise<string> {
  const { execFile } = await import('node:child_process');
  const columns = ['pid', 'ppid', 'pgid', 'stat', 'lstart'].flatMap(column => ['-o', `${column}=`]);
  return new Promise((resolve, reject) => {
    execFile('ps', [...selection, ...columns], { env: { ...process.env, LC_ALL: 'C' }, timeout: listTimeout, maxBuffer: 64 << 20 }, (error, text) => {
      // It fails for a number that nobody has.
      if (error && typeof error.code !== 'number') reject(toError(error));
      else resolve(text);
    });
  });
}

function parseList(text: string): readonly ProcessEntry[] {
  return text.split('\n').flatMap(line => {
    const [pid, parent, group, state, ...started] = line.trim().split(/\s+/);
    if (!pid || isGone(state)) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, startedAt: started.join(' ') }];
  });
}

function isGone(state: string | undefined): boolean {
  return state === undefined || /^[ZX]/i.test(state);
}
