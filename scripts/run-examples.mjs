// node scripts/run-examples.mjs [--folder FOLDER] [NAME]...
//
// Runs the programs of examples/ against the built package, each in a home directory of its own, and prints one line a program.
// Files that end in .test.ts are Jest's. What a program needs, and what it must do, stands in comments at its very top:
//
//   // run: --Mail:retries 5              its arguments
//   // env: DOTNET_ENVIRONMENT=Staging    one environment variable; may be repeated
//   // with: api.ts                       another example that runs beside it, in the same home directory, until it ends; may be repeated
//   // expect: beat 2                     text that a line of stdout contains; several must appear in this order
//   // signal: SIGTERM after "beat 2"     sent to it when stdout contains the text
//   // exit: 1                            its exit code; 0 when not given
//
// A program that has not ended after 30 seconds has failed.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const timeLimit = 30_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const loader = new URL('typescript-loader.mjs', import.meta.url).href;

const { values, positionals } = parseArgs({ options: { folder: { type: 'string', default: join(root, 'examples') } }, allowPositionals: true });
const folder = resolve(values.folder);
const programs = (await readdir(folder)).filter(name => /\.(ts|mjs)$/.test(name) && !name.endsWith('.test.ts') && isWanted(name)).sort();

for (const name of programs) {
  const started = performance.now();
  const problems = await runExample(name);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${problems.map(problem => `\n       ${problem}`).join('')}`);
  if (problems.length > 0) process.exitCode = 1;
}
if (programs.length === 0) {
  console.log(`FAILED no example ${positionals.join(', ')} in ${folder}`);
  process.exitCode = 1;
}

function isWanted(name) {
  return positionals.length === 0 || positionals.some(wanted => name === wanted || name === `${wanted}.ts`);
}

/** Runs one example; what was wrong with it. */
async function runExample(name) {
  const header = readHeader(await readFile(join(folder, name), 'utf8'));
  if (header.unknown.length > 0) return header.unknown.map(line => `not understood: ${line}`);
  const home = await mkdtemp(join(tmpdir(), 'hostward-example-'));
  const companions = [];
  try {
    for (const companion of header.with) companions.push(start(companion, readHeader(await readFile(join(folder, companion), 'utf8')), home));
    const program = start(name, header, home);
    const ended = await program.end(timeLimit);
    return problemsOf(header, program, ended);
  } finally {
    for (const companion of companions) companion.process.kill('SIGTERM');
    for (const companion of companions) await companion.end(5000);
    await rm(home, { recursive: true, force: true });
  }
}

/** The directives in the comments at the top of an example. */
function readHeader(source) {
  const header = { args: [], env: {}, with: [], expect: [], signals: [], exit: 0, unknown: [] };
  for (const line of source.split('\n')) {
    if (!line.startsWith('//')) break;
    const [, key, value] = /^\/\/ (run|env|with|expect|signal|exit): (.+)$/.exec(line.trimEnd()) ?? [];
    if (key === 'run') header.args = value.split(' ');
    else if (key === 'env') header.env[value.split('=')[0]] = value.slice(value.indexOf('=') + 1);
    else if (key === 'with') header.with.push(value);
    else if (key === 'expect') header.expect.push(value);
    else if (key === 'exit') header.exit = Number(value);
    else if (key === 'signal') {
      const [, signal, text] = /^(SIG[A-Z]+) after "(.+)"$/.exec(value) ?? [];
      if (signal) header.signals.push({ signal, text });
      else header.unknown.push(line);
    }
  }
  return header;
}

/** Starts an example and sends it the signals of its header as its output calls for them. */
function start(name, header, home) {
  const env = { ...process.env, HOME: home, USERPROFILE: home, ...header.env };
  const child = spawn(process.execPath, ['--import', loader, join(folder, name), ...header.args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const pending = [...header.signals];
  const program = { process: child, stdout: '', stderr: '', end };
  child.stdout.setEncoding('utf8').on('data', text => {
    program.stdout += text;
    while (pending.length > 0 && program.stdout.includes(pending[0].text)) child.kill(pending.shift().signal);
  });
  child.stderr.setEncoding('utf8').on('data', text => (program.stderr += text));
  const closed = new Promise(settle => child.once('close', (code, signal) => settle({ code, signal, late: false })));
  return program;

  /** Waits for the end, and kills what has not ended after so many milliseconds. */
  async function end(milliseconds) {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, milliseconds);
    const ended = await closed;
    clearTimeout(timer);
    return { ...ended, late };
  }
}

function problemsOf(header, { stdout, stderr }, { code, signal, late }) {
  const problems = [];
  if (late) problems.push(`had not ended after ${timeLimit / 1000} s`);
  else if (code !== header.exit) problems.push(`expected exit code ${header.exit}, found ${code ?? signal}`);
  const lines = stdout.split('\n');
  for (const text of header.expect) {
    const index = lines.findIndex(line => line.includes(text));
    if (index < 0) problems.push(`expected in stdout: ${text}`);
    else lines.splice(0, index + 1);
  }
  if (problems.length > 0) problems.push(...tail('stdout', stdout), ...tail('stderr', stderr));
  return problems;
}

function tail(what, text) {
  return text
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .slice(-20)
    .map(line => `${what}: ${line}`);
}
