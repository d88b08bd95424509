// Draws the screens of a terminal as an SVG that plays them: a film strip that a CSS animation moves, with no script in it.

const fonts = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace';
const palette = { text: '#d8dee9', background: '#12161c', bar: '#1d232c', red: '#f2777a', green: '#7ec699', yellow: '#e6c07b', grey: '#8a94a3' };
const cell = { width: 8.4, height: 20 };
const fontSize = 14;
const barHeight = 32;
const padding = 16;

/** The arms of the lines that tables are made of: left, right, up, down. */
const boxes = { '─': 'lr', '│': 'ud', '┌': 'rd', '┐': 'ld', '└': 'ru', '┘': 'lu', '├': 'udr', '┤': 'udl', '┬': 'lrd', '┴': 'lru', '┼': 'lrud' };

/**
 * The picture.
 *
 * Where animations do not run, or are not wanted, it shows one frame: `poster`.
 *
 * @param frames of `framesOf`
 * @param options `title` stands in the bar, `description` is for who cannot see it, `duration` is that of one round in milliseconds, `poster` an index
 */
export function renderAnimation(frames, { title, description, duration, poster }) {
  const columns = Math.max(...frames.flatMap(({ screen }) => screen.rows.map(row => row.reduce((sum, { text }) => sum + text.length, 0))));
  const rows = Math.max(...frames.map(({ screen }) => screen.rows.findLastIndex(row => row.length > 0) + 1)) + 1;
  const inner = { width: round(columns * cell.width), height: rows * cell.height };
  const size = { width: Math.ceil(inner.width + 2 * padding), height: barHeight + inner.height + 2 * padding };
  const shapes = new Map();
  const strip = frames.map(({ screen }, index) => drawScreen(screen, rows, index * inner.height, shapes));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escape(title)}</title>`,
    `<desc id="d">${escape(description)}</desc>`,
    `<style>${styles(frames, inner.height, duration)}</style>`,
    `<defs>${[...shapes].map(([shape, id]) => `<g id="${id}">${shape}</g>`).join('\n')}</defs>`,
    `<rect width="${size.width}" height="${size.height}" rx="8" fill="${palette.background}"/>`,
    `<path d="M0 ${barHeight}V8a8 8 0 0 1 8-8H${size.width - 8}a8 8 0 0 1 8 8V${barHeight}z" fill="${palette.bar}"/>`,
    `<text class="e" x="${size.width / 2}" y="${barHeight / 2 + 5}" text-anchor="middle">${escape(title)}</text>`,
    `<svg x="${padding}" y="${barHeight + padding}" width="${inner.width}" height="${inner.height}" overflow="hidden">`,
    `<g class="s" transform="translate(0 ${-poster * inner.height})">`,
    ...strip,
    '</g></svg></svg>',
    '',
  ].join('\n');
}

function styles(frames, height, duration) {
  const steps = frames.map(({ at }, index) => `${round((100 * at) / duration, 2)}%{transform:translate(0,${-index * height}px)}`);
  return [
    `text{font:${fontSize}px ${fonts};fill:${palette.text};white-space:pre}`,
    `path.l{stroke:${palette.grey};fill:none}`,
    ...['red', 'green', 'yellow', 'grey'].map(name => `text.${name === 'grey' ? 'e' : name[0]}{fill:${palette[name]}}`),
    `@keyframes play{${steps.join('')}}`,
    `.s{animation:play ${duration / 1000}s step-end infinite}`,
    '@media (prefers-reduced-motion:reduce){.s{animation:none}}',
  ].join('');
}

/** A row that occurs again, in this frame or another, is drawn once. */
function drawScreen({ rows, cursor }, rowCount, top, shapes) {
  const parts = rows.slice(0, rowCount).map((runs, index) => {
    if (runs.length === 0) return '';
    const shape = drawRow(runs);
    if (!shapes.has(shape)) shapes.set(shape, `r${shapes.size}`);
    return `<use href="#${shapes.get(shape)}" y="${top + index * cell.height}"/>`;
  });
  if (cursor && cursor.row < rowCount) {
    const [x, y] = [round(cursor.column * cell.width), top + cursor.row * cell.height + 2];
    parts.push(`<rect x="${x}" y="${y}" width="${cell.width}" height="${cell.height - 4}" fill="${palette.text}"/>`);
  }
  return `<g>${parts.join('')}</g>`;
}

/** Text is stretched to its columns, so that it fits whatever font there is; lines are drawn, so that they meet. */
function drawRow(runs) {
  const texts = [];
  const lines = [];
  let column = 0;
  for (const { text, colour } of runs) {
    for (const [part] of text.matchAll(/[─│┌┐└┘├┤┬┴┼]+|[^─│┌┐└┘├┤┬┴┼]+/g)) {
      if (Object.hasOwn(boxes, part[0])) lines.push(drawLines(part, column));
      else if (part.trim() !== '') texts.push(drawText(part, column, colour));
      column += part.length;
    }
  }
  return texts.join('') + (lines.length > 0 ? `<path class="l" d="${lines.join('')}"/>` : '');
}

function drawText(part, column, colour) {
  const text = part.trim();
  const x = round((column + part.indexOf(text)) * cell.width);
  const css = colour ? ` class="${colour === 'grey' ? 'e' : colour[0]}"` : '';
  return `<text${css} x="${x}" y="15" textLength="${round(text.length * cell.width)}" lengthAdjust="spacingAndGlyphs">${escape(text)}</text>`;
}

function drawLines(part, column) {
  const middle = cell.height / 2;
  const vertical = [...part].map((box, index) => {
    const arms = boxes[box];
    const [from, to] = [arms.includes('u') ? 0 : middle, arms.includes('d') ? cell.height : middle];
    return from === to ? '' : `M${centre(column + index)} ${from}V${to}`;
  });
  const first = centre(column) - (boxes[part[0]].includes('l') ? cell.width / 2 : 0);
  const last = centre(column + part.length - 1) + (boxes[part.at(-1)].includes('r') ? cell.width / 2 : 0);
  const horizontal = part === '│' ? '' : `M${round(first)} ${middle}H${round(last)}`;
  return horizontal + vertical.join('');
}

/** The middle of a column, on half a pixel: a line of one pixel is then sharp. */
function centre(column) {
  return Math.floor((column + 0.5) * cell.width) + 0.5;
}

function round(value, digits = 1) {
  return Number(value.toFixed(digits));
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
