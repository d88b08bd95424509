import { spawnSync } from 'node:child_process';

/** Runs one benchmark: warm-up, then rounds in which every contender has its turn. @see contract.d.ts */
export async function measure({ name, describe, unit = 'ms', setup, teardown, notes, ours, peers, warmup, runs }) {
  const context = await setup?.();
  try {
    const skipped = peers.map(peer => ({ peer: peer.name, reason: peer.unavailable?.(context) })).filter(({ reason }) => reason);
    const contenders = [ours, ...peers.filter(peer => !skipped.some(({ peer: name }) => name === peer.name))].map(contender => ({ contender, samples: [] }));
    for (let round = -warmup; round < runs; round++) {
      // The order turns round by round, so that nobody always runs after the same neighbour.
      for (const { contender, samples } of round % 2 === 0 ? contenders : [...contenders].reverse()) {
        const sample = await time(contender, context);
        if (round >= 0) samples.push(sample);
      }
    }
    const summaries = contenders.map(({ contender, samples }) => ({ name: contender.name, ...summarize(samples) }));
    const comparisons = contenders.slice(1).map(({ contender }, index) => ({
      peer: contender.name,
      ratio: summaries[0].median / summaries[index + 1].median,
      atMost: contender.atMost,
    }));
    return { name, describe, unit, runs, contenders: summaries, atMost: ours.atMost, comparisons, skipped, notes: notes?.(context) ?? [] };
  } finally {
    await teardown?.(context);
  }
}

/** The milliseconds of one turn, or what the contender measured itself. */
async function time(contender, context) {
  if (contender.command) return timeCommand(contender.name, contender.command(context));
  const started = process.hrtime.bigint();
  const own = await contender.run(context);
  return own ?? since(started);
}

/** The milliseconds from the start of a child process to its end. @throws Error when it ends with another exit code than 0 */
export function timeCommand(name, { file, args = [], env, cwd }) {
  const started = process.hrtime.bigint();
  const { status, signal, stderr, error } = spawnSync(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', timeout: 60_000 });
  const milliseconds = since(started);
  if (error) throw error;
  if (status !== 0) throw new Error(`${name} ended with ${status ?? signal}: ${stderr.trim()}`);
  return milliseconds;
}

function since(started) {
  return Number(process.hrtime.bigint() - started) / 1e6;
}

function summarize(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p10: quantile(sorted, 0.1), p90: quantile(sorted, 0.9) };
}

/** Linear between the two nearest samples. */
function quantile(sorted, fraction) {
  const position = (sorted.length - 1) * fraction;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
