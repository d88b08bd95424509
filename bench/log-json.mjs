import { closeSync, ftruncateSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importBuilt } from './built.mjs';

export const lines = 20_000;

const names = ['hostward', 'peer'];

/** A logger of ours that writes JSON to a file, each line with a system call of its own, and a file for a peer. */
export async function createLogs() {
  const { ConsoleLoggerProvider, LoggerFactory } = await importBuilt('hostward');
  const folder = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
  const files = Object.fromEntries(names.map(name => [name, openFile(join(folder, `${name}.log`))]));
  const { fd } = files.hostward;
  const stream = { isTerminal: false, write: text => void writeSync(fd, text), onResize: () => ({ [Symbol.dispose]() {} }) };
  const provider = new ConsoleLoggerProvider(
    { out: stream, error: stream },
    { formatterName: 'json', formatterOptions: { timestampFormat: 'yyyy-MM-ddTHH:mm:ss.fffZ', useUtcTimestamp: true } },
  );
  const logger = new LoggerFactory([provider]).createLogger('Bench.Orders');
  return { folder, files, logger };
}

export function removeLogs({ folder, files }) {
  for (const { fd } of Object.values(files)) closeSync(fd);
  rmSync(folder, { recursive: true });
}

/** The time of writing all lines, which are counted and looked at afterwards. */
export function timeLines(file, write) {
  ftruncateSync(file.fd);
  const started = process.hrtime.bigint();
  for (let line = 0; line < lines; line++) write(line);
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  assertWritten(file);
  return milliseconds;
}

export function writeOurs({ logger }) {
  return line => logger.information('order {Id} of {Customer} is {State}', line, 'somebody', 'new');
}

/** What our line says, for a peer that takes fields. */
export function fieldsOf(line) {
  return { EventId: 0, Category: 'Bench.Orders', Id: line, Customer: 'somebody', State: 'new', '{OriginalFormat}': 'order {Id} of {Customer} is {State}' };
}

export function messageOf(line) {
  return `order ${line} of somebody is new`;
}

function openFile(path) {
  return { path, fd: openSync(path, 'a+') };
}

function assertWritten({ path, fd }) {
  if (fstatSync(fd).size < lines * 150) throw new Error(`Not all lines were written to ${path}.`);
  const written = readFileSync(path, 'utf8').split('\n');
  const last = JSON.parse(written[lines - 1]);
  if (written.length !== lines + 1 || (last.State.Id ?? last.Id) !== lines - 1) throw new Error(`The lines in ${path} are not those that were written.`);
}
