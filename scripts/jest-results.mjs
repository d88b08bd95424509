import { readFile } from 'node:fs/promises';

/** What Jest's `--json --outputFile` counted. A suite that failed to run counts as one failed test: nothing in it was tested. */
export async function readJestResults(file) {
  const results = JSON.parse(await readFile(file, 'utf8'));
  return { passed: results.numPassedTests, failed: results.numFailedTests + results.numRuntimeErrorTestSuites };
}
