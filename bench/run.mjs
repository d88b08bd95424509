// npm run bench -- [NAME]... [--list] [--json] [--runs N]
//
// The one runner of all benchmarks. Each lives in bench/benchmarks/NAME.mjs and compares ours with peers in the same run, taking turns, so that whatever
// else the machine does falls on all of them. What a benchmark's module exports is described in bench/contract.d.ts.
import { availableParallelism } from 'node:os';
import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measure } from './measure.mjs';

const { values, positionals } = parseArgs({
  options: { list: { type: 'boolean' }, json: { type: 'boolean' }, runs: { type: 'string' } },
  allowPositionals: true,
});

const benchmarks = await select(positionals);
if (values.list) {
  for (const { name, describe } of benchmarks) console.log(`${name.padEnd(20)} ${describe}`);
} else {
  const results = [];
  for (const benchmark of benchmarks) {
    const result = await measure(values.runs ? { ...benchmark, runs: positiveInteger(values.runs) } : benchmark);
    results.push(result);
    if (!values.json) print(result);
  }
  if (values.json)
    console.log(JSON.stringify({ node: process.version, cpus: availableParallelism(), platform: process.platform, benchmarks: results }, null, 2));
}

async function select(names) {
  const folder = new URL('benchmarks/', import.meta.url);
  const all = (await readdir(folder)).filter(file => file.endsWith('.mjs')).map(file => file.slice(0, -'.mjs'.length));
  const unknown = names.filter(name => !all.includes(name));
  if (unknown.length > 0) throw new Error(`There is no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  const wanted = names.length > 0 ? names : all.sort();
  return Promise.all(wanted.map(async name => ({ name, ...(await import(new URL(`${name}.mjs`, folder))).default })));
}

function print({ name, describe, unit, runs, contenders, atMost, comparisons, skipped, notes }) {
  console.log(`\n${name}: ${describe} (${runs} runs)`);
  for (const { name, median, p10, p90 } of contenders) {
    console.log(`  ${name.padEnd(36)} ${format(median)} ${unit}   ${format(p10)} .. ${format(p90)}`);
  }
  if (atMost !== undefined) console.log(`  ${verdict(contenders[0].median, atMost, ` ${unit}`)}`);
  for (const { peer, ratio, atMost } of comparisons) {
    console.log(`  ${ratio.toFixed(2)}x ${peer}${atMost === undefined ? '' : `   ${verdict(ratio, atMost, 'x')}`}`);
  }
  for (const { peer, reason } of skipped) console.log(`  without ${peer}: ${reason}`);
  for (const note of notes) console.log(`  ${note}`);
}

function verdict(value, atMost, unit) {
  return `target: at most ${atMost}${unit}, ${value <= atMost ? 'reached' : 'missed'}`;
}

function format(value) {
  return value.toFixed(value < 10 ? 3 : 1).padStart(9);
}

function positiveInteger(text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--runs expects a positive whole number, but found ${text}.`);
  return value;
}
