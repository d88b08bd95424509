// node scripts/record-demo.mjs [FILE]
//
// Records `hostward demo` in a real pseudo terminal and writes the picture docs/demo.svg, or FILE. Build first: it runs dist/cli/hostward.cjs.
// Runs on Linux, for its script(1). Process ids and times are those of the recording; everything else is the same
// each time.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { framesOf } from './terminal-emulator.mjs';
import { renderAnimation } from './terminal-svg.mjs';

/** Of util-linux: it runs a command in a pseudo terminal. */
const terminalProgram = 'script';
const columns = 90;
const rows = 16;
/** How long the demo runs: long enough for everything that happens in it. */
const seconds = 10.5;
/** How long the last screen stays before the picture begins again. Milliseconds. */
const rest = 1_200;
const maxBytes = 120_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli/hostward.cjs');
const [file = join(root, 'docs/demo.svg')] = process.argv.slice(2);
if (!existsSync(cli)) throw new Error(`There is no ${cli}. Run 'npm run build' first.`);

const home = await mkdtemp(join(tmpdir(), 'hostward-demo-'));
try {
  const frames = framesOf(await record(home), { columns, rows });
  const svg = renderAnimation(frames, {
    title: 'npx hostward demo',
    description: 'A terminal: two AppHosts appear in a table with their resources, whose state, health and uptime change until the demo stops them.',
    duration: Math.round(frames.at(-1).at + rest),
    poster: posterOf(frames),
  });
  for (const path of [home, root]) if (svg.includes(path.replace(/\/$/, ''))) throw new Error(`The picture shows a path of this machine: ${path}`);
  if (svg.length > maxBytes) throw new Error(`The picture has ${svg.length} bytes, more than ${maxBytes}.`);
  await writeFile(file, svg);
  console.log(`${file}: ${frames.length} frames, ${(frames.at(-1).at / 1000).toFixed(1)} s, ${svg.length} bytes`);
} finally {
  await rm(home, { recursive: true, force: true });
}

/** The output of the demo with its times: `[{ at, text }]`. */
function record(home) {
  const command = `stty cols ${columns} rows ${rows} && exec '${process.execPath}' '${cli}' demo --for ${seconds}`;
  const env = { PATH: process.env.PATH, HOME: home, TERM: 'xterm-256color' };
  const child = spawn(terminalProgram, ['-qfec', command, '/dev/null'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const started = performance.now();
  const chunks = [];
  child.stdout.setEncoding('utf8').on('data', text => chunks.push({ at: Math.round(performance.now() - started), text }));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => (code === 0 ? resolve(chunks) : reject(new Error(`The demo ended with exit code ${code}.`))));
  });
}

/** The frame with the most colours: it says most when only one can be seen. */
function posterOf(frames) {
  const colours = ({ screen }) => new Set(screen.rows.flatMap(row => row.map(({ colour }) => colour))).size;
  return frames.reduce((best, frame, index) => (colours(frame) > colours(frames[best]) ? index : best), 0);
}
