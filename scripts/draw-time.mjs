// node scripts/draw-time.mjs [FILE]
//
// Draws docs/time.svg, or FILE: what advance(30) and advanceAsync(30) do with a loop of three delays. Build first: it runs that loop on the built clock
// and draws what happened.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { delay } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';

const fonts = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace';
const palette = { text: '#d8dee9', background: '#12161c', panel: '#1d232c', grey: '#8a94a3', green: '#7ec699', yellow: '#e6c07b', blue: '#7aa6da' };
const width = 800;
const panelHeight = 196;
const top = 66;
/** Where 0 ms is, and how many pixels a millisecond has. */
const axis = { x: 120, scale: 15 };
const lastTick = 40;
/** How far the end of the call stands from the time at which it comes: what runs at that time, but within the call, has its place before. */
const end = 52;

/** A clock that notes of each timer when it was armed, when it is due, and what time its callback saw. */
class WatchedTime extends FakeTimeProvider {
  timers = [];
  #start = this.getUtcNowMilliseconds();

  get now() {
    return this.getUtcNowMilliseconds() - this.#start;
  }

  createTimer(callback, state, dueTime, period) {
    const timer = { armed: this.now, due: this.now + dueTime, saw: undefined };
    this.timers.push(timer);
    return super.createTimer(
      value => {
        timer.saw = this.now;
        callback(value);
      },
      state,
      dueTime,
      period,
    );
  }
}

const [file = fileURLToPath(new URL('../docs/time.svg', import.meta.url))] = process.argv.slice(2);
const runs = [
  { title: 'time.advance(30)', ...(await watch(time => time.advance(30))) },
  { title: 'await time.advanceAsync(30)', ...(await watch(time => time.advanceAsync(30))) },
];
await writeFile(file, draw(runs));
console.log(`${file}: turns ${runs.map(({ turns }) => turns.length).join(' and ')}`);

/** Runs the loop and moves the clock once. */
async function watch(move) {
  const time = new WatchedTime();
  const turns = [];
  let hasReturned = false;
  const loop = async () => {
    for (let turn = 1; turn <= 3; turn++) {
      await delay(10, { timeProvider: time });
      turns.push({ turn, at: time.now, isAfterwards: hasReturned });
    }
  };
  void loop();
  const moving = move(time);
  if (moving) await moving;
  hasReturned = true;
  // What the call has left to do: continuations run now.
  await new Promise(resolve => setImmediate(resolve));
  return { timers: time.timers, turns, now: time.now };
}

function draw(runs) {
  const height = top + runs.length * (panelHeight + 12) + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">`,
    '<title id="t">A loop of three delays on the fake clock</title>',
    `<desc id="d">${escape(runs.map(describe).join(' '))}</desc>`,
    `<style>text{font:13px ${fonts};fill:${palette.text}}.g{fill:${palette.grey}}.y{fill:${palette.yellow}}.n{fill:${palette.green}}.b{font-size:15px}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${palette.background}"/>`,
    text(20, 30, 'for (let turn = 1; turn <= 3; turn++)', 'b'),
    text(20, 50, '  await delay(10, { timeProvider: time });', 'b'),
    ...runs.map((run, index) => `<g transform="translate(0 ${top + index * (panelHeight + 12)})">${drawRun(run)}</g>`),
    '</svg>',
    '',
  ].join('\n');
}

function drawRun(run) {
  const { title, timers, turns, now } = run;
  return [
    `<rect x="10" width="${width - 20}" height="${panelHeight}" rx="6" fill="${palette.panel}"/>`,
    text(20, 24, title, 'b'),
    ...drawClock(run),
    text(20, 118, 'timers', 'g'),
    ...timers.map(timer => drawTimer(timer, 114)),
    text(20, 164, 'loop', 'g'),
    ...turns.map(turn => drawTurn(turn, 146)),
    line(x(now) + end, 38, x(now) + end, 186, palette.yellow, '3 4'),
    text(x(now) + end, 30, 'the call ends', 'y', 'middle'),
  ].join('');
}

/** The axis, and an arc for each time that the clock had to the next. */
function drawClock({ timers, now }) {
  const stops = [...new Set([0, ...timers.flatMap(({ saw }) => saw ?? []), now])].sort((a, b) => a - b);
  const ticks = Array.from({ length: lastTick / 10 + 1 }, (_, index) => index * 10);
  return [
    text(20, 70, 'clock', 'g'),
    line(x(0), 76, x(lastTick) + 24, 76, palette.grey),
    ...ticks.flatMap(tick => [line(x(tick), 72, x(tick), 80, palette.grey), text(x(tick), 94, `${tick}`, 'g', 'middle')]),
    ...stops.slice(1).map((stop, index) => arc(stops[index], stop)),
  ];
}

/** From the moment that the timer was armed to the moment that it was due, and to the one that its callback saw. */
function drawTimer({ armed, due, saw }, y) {
  const isPending = saw === undefined;
  const colour = isPending ? palette.grey : palette.blue;
  return [
    line(x(armed), y, x(due) - 5, y, colour),
    line(x(armed), y - 4, x(armed), y + 4, colour),
    isPending || saw > due ? `<circle cx="${x(due)}" cy="${y}" r="4.5" fill="none" stroke="${colour}" stroke-width="1.5"/>` : '',
    saw > due ? line(x(due) + 5, y, x(saw) - 6, y, colour, '2 3') : '',
    isPending ? text(x(due), y + 20, 'pending', 'g', 'middle') : `<circle cx="${x(saw)}" cy="${y}" r="5.5" fill="${colour}"/>`,
    saw > due ? text((x(due) + x(saw)) / 2, y + 17, `due at ${due}, fires at ${saw}`, 'g', 'middle') : '',
    saw === due ? text(x(saw), y + 20, `fires at ${saw}`, 'g', 'middle') : '',
  ].join('');
}

/** A turn of the loop, which begins where the continuation of its delay ran; beyond the line when that was after the call. */
function drawTurn({ turn, at, isAfterwards }, y) {
  const middle = x(at) + (isAfterwards ? end + 44 : 0);
  return [
    `<rect x="${middle - 33}" y="${y}" width="66" height="26" rx="4" fill="none" stroke="${palette.green}"${isAfterwards ? ' stroke-dasharray="4 3"' : ''}/>`,
    text(middle, y + 18, `turn ${turn}`, 'n', 'middle'),
  ].join('');
}

function describe({ title, timers, turns, now }) {
  const fired = timers.filter(({ saw }) => saw !== undefined).map(({ due, saw }) => `the timer that is due at ${due} fires at ${saw}`);
  const ran = turns.map(({ turn, at, isAfterwards }) => `turn ${turn} runs at ${at}${isAfterwards ? ', after the call' : ''}`);
  const pending = timers.filter(({ saw }) => saw === undefined).map(({ due }) => `a timer that is due at ${due} is pending`);
  return `With ${title}, ${[...fired, ...ran, ...pending].join('; ')}; the clock reads ${now}.`;
}

function arc(from, to) {
  const [left, right, rise] = [x(from) + 3, x(to) - 3, Math.min(30, 4 + (to - from))];
  return (
    `<path d="M${left} 70Q${(left + right) / 2} ${70 - 2 * rise + 8} ${right} 70" fill="none" stroke="${palette.yellow}" stroke-width="1.5"/>` +
    `<path d="M${right + 1} 72l-8 -3l5 -5z" fill="${palette.yellow}"/>`
  );
}

function line(x1, y1, x2, y2, colour, dashes) {
  return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${colour}" stroke-width="1.5"${dashes ? ` stroke-dasharray="${dashes}"` : ''}/>`;
}

function text(left, baseline, words, css, anchor) {
  return `<text x="${left}" y="${baseline}" xml:space="preserve"${css ? ` class="${css}"` : ''}${anchor ? ` text-anchor="${anchor}"` : ''}>${escape(words)}</text>`;
}

function x(milliseconds) {
  return axis.x + milliseconds * axis.scale;
}

function escape(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
