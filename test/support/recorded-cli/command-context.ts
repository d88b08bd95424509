import type { AppHostConnection } from 'hostward/backchannel';
import type { FakeTimeProvider } from 'hostward/testing';
import type { CommandLine } from './command-line.js';
import type { Output } from './output.js';

/** What a command of the command line has to work with. */
export interface CommandContext {
  readonly line: CommandLine;
  readonly output: Output;
  readonly time: FakeTimeProvider;
  /** Fires where the recorded command was interrupted. */
  readonly interruption: AbortSignal;
  /** Opens the connection to the AppHost, which the context owns. */
  connect(): Promise<AppHostConnection>;
}

/** Whether data goes to stdout and all else to stderr. */
export function printsJson({ options }: CommandLine): boolean {
  return String(options['format'] ?? '').toLowerCase() === 'json';
}

/** Runs a watch beside other work; it ends with that work, and what ends it is no failure. */
export async function beside<T>(watch: AsyncIterable<T>, onItem: (item: T) => void): Promise<void> {
  try {
    for await (const item of watch) onItem(item);
  } catch {
    // Whoever needs the connection finds out about its end.
  }
}
