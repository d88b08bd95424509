// node scripts/test-matrix.mjs [--only MAJOR]... [arguments for jest]
// Runs the tests on every supported line of Node.js, one result a line; what Jest said is printed for a line that failed.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJestResults } from './jest-results.mjs';
import { nodeBinary, supportedMajors } from './node-versions.mjs';

// A test that leaves something open keeps Jest from ending.
const timeLimit = 900_000;

const root = fileURLToPath(new URL('..', import.meta.url));

const { majors, jestArguments } = readArguments(process.argv.slice(2));
const scratch = await mkdtemp(join(tmpdir(), 'hostward-matrix-'));
try {
  for (const major of majors) {
    if (!(await testOn(major))) process.exitCode = 1;
  }
} finally {
  await rm(scratch, { recursive: true });
}

/** Runs the tests and prints the result; whether all passed. */
async function testOn(major) {
  const started = performance.now();
  let output = '';
  try {
    const node = nodeBinary(major);
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    const report = join(scratch, `${major}.json`);
    const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${report}`, ...jestArguments];
    // A test that starts `node` finds the version under test, not the one that runs this script.
    const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
    const run = spawnSync(node, jest, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: Infinity, timeout: timeLimit });
    output = run.stderr;
    const { passed, failed } = await readJestResults(report);
    const ok = run.status === 0 && failed === 0 && passed > 0;
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${version.padEnd(9)} ${passed} passed, ${failed} failed  ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (run.error?.code === 'ETIMEDOUT') console.log(`       had not ended after ${timeLimit / 1000} s`);
    if (!ok) console.log(output);
    return ok;
  } catch (error) {
    console.log(`FAILED ${major}: ${error.message}\n${output}`);
    return false;
  }
}

function readArguments(rest) {
  const only = [];
  const others = [];
  for (let index = 0; index < rest.length; index++) {
    if (rest[index] === '--only') only.push(rest[++index]);
    else others.push(rest[index]);
  }
  const unknown = only.filter(major => !supportedMajors.includes(major));
  if (unknown.length > 0) throw new Error(`--only expects one of ${supportedMajors.join(', ')}, but found ${unknown.join(', ')}.`);
  return { majors: only.length > 0 ? only : supportedMajors, jestArguments: others };
}
