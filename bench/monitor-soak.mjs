import { setTimeout as sleep } from 'node:timers/promises';
import { milliseconds, quantile } from './monitor-crowd.mjs';

const mebibyte = 1_024 * 1_024;
/** Milliseconds after which an AppHost that is there has to be shown, and one that has gone no more. */
const patience = 1_000;
/** Seconds between two looks at the memory. */
const memoryInterval = 3;
/** How much the memory of the last third may exceed that of the first, each the smallest that was seen: `live` after garbage collection, `resident` as the system has it. */
const bounds = { live: 1.05, resident: 1.15 };
/** Seconds at the beginning that do not count for the memory: the process has just begun to work, and the engine gives its heap the size that the work takes. */
const warmUp = 12;
/** Seconds below which the memory is told and not judged. */
const leastToJudge = 30;

/**
 * Replaces a part of a crowd once a second, and compares what a monitor showed with what there was.
 *
 * @param part of the crowd, from 0 to 1
 * @returns the delays of the monitor's event loop, and lines about all else
 * @throws Error when a connection was missed, lost or a phantom, or the memory has grown
 */
export async function soak({ crowd }, monitor, { seconds, part }) {
  const size = crowd.names.size;
  const lives = new Map();
  const memory = [];
  await monitor.ask('watchDelays');
  const begun = process.hrtime.bigint();
  for (let second = 0; second < seconds; second++) {
    // Before the next ones come and go: everything has settled.
    if (second % memoryInterval === 0) memory.push(await monitor.ask('live'));
    const { gone, come } = await crowd.replace(Math.round(part * size));
    for (const { name, at } of come) lives.set(name, { come: at });
    for (const { name, at } of gone) lives.set(name, { ...lives.get(name), gone: at });
    await sleep(Math.max(0, (second + 1) * 1_000 - milliseconds(begun, process.hrtime.bigint())));
  }
  const delays = await monitor.ask('delays');
  // Whatever is late by now has been so for longer than it may.
  await sleep(2 * patience);
  const shown = judgeWhatWasShown(lives, crowd.names, monitor);
  const growth = judgeMemory(memory, seconds >= leastToJudge);
  return { delays, lines: [`${lives.size} AppHosts came or went in ${seconds} s: ${shown[0]}`, ...shown.slice(1), ...growth] };
}

function judgeWhatWasShown(lives, names, monitor) {
  const now = process.hrtime.bigint();
  const faults = { missed: [], phantom: [], lost: [] };
  const [appeared, disappeared] = [[], []];
  for (const [name, { come, gone }] of lives) {
    const seen = monitor.come.get(name);
    const unseen = monitor.shown.has(name) ? undefined : monitor.gone.get(name);
    if (come !== undefined && milliseconds(come, seen ?? gone ?? now) > patience) faults.missed.push(name);
    else if (come !== undefined && seen !== undefined) appeared.push(milliseconds(come, seen));
    if (gone === undefined || seen === undefined) continue;
    if (milliseconds(gone, unseen ?? now) > patience) faults.phantom.push(name);
    else disappeared.push(milliseconds(gone, unseen));
  }
  // Whoever is there now, those included that were never touched.
  for (const name of names) if (monitor.gone.has(name)) faults.lost.push(name);
  for (const name of monitor.shown) if (!names.has(name)) faults.phantom.push(name);
  for (const name of names) if (!monitor.shown.has(name)) faults.missed.push(name);
  const counts = Object.entries(faults).map(([fault, { length }]) => `${length} ${fault}`);
  const text = `${counts.join(', ')}, ${monitor.again} shown again`;
  if (monitor.again > 0 || Object.values(faults).some(({ length }) => length > 0)) {
    throw new Error(`The monitor did not show what there was: ${text}. For example ${Object.values(faults).flat()[0]}.`);
  }
  return [text, distribution('appeared after', appeared), distribution('disappeared after', disappeared)];
}

function distribution(what, samples) {
  return `${what} ${quantile(samples, 0.5).toFixed(1)} ms, 99 % within ${quantile(samples, 0.99).toFixed(1)} ms, all within ${quantile(samples, 1).toFixed(1)} ms`;
}

function judgeMemory(all, isJudged) {
  const samples = isJudged ? all.slice(warmUp / memoryInterval) : all;
  const third = Math.max(1, Math.floor(samples.length / 3));
  return Object.entries(bounds).map(([kind, atMost]) => {
    const least = part => Math.min(...part.map(sample => sample[kind])) / mebibyte;
    const [before, after] = [least(samples.slice(0, third)), least(samples.slice(-third))];
    const text = `${kind} memory ${before.toFixed(1)} MiB in the first third, ${after.toFixed(1)} MiB in the last`;
    if (isJudged && after > atMost * before) throw new Error(`The memory of the monitor has grown by more than ${Math.round((atMost - 1) * 100)} %: ${text}.`);
    return text;
  });
}
