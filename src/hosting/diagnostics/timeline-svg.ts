import type { HostPhase } from './host-timeline.js';
import { duration, type TimelineChart } from './host-timeline.js';

const colours: Readonly<Record<HostPhase, string>> = {
  waitForStart: '#8c959f',
  starting: '#54aeff',
  start: '#0969da',
  started: '#80ccff',
  execute: '#1a7f37',
  stopping: '#ffb77c',
  stop: '#bc4c00',
  stopped: '#ffd8b5',
  stopLifetime: '#8c959f',
};

const width = 960;
const labelWidth = 260;
const barsWidth = 560;
const rowHeight = 22;
const chartGap = 24;

/** Charts as one picture, readable on a light and on a dark page. */
export function timelineSvg(charts: readonly TimelineChart[]): string {
  const parts: string[] = [];
  let y = 8;
  for (const { title, begin, end, rows } of charts) {
    const scale = barsWidth / Math.max(1, end - begin);
    parts.push(`<text x="12" y="${y + 16}" class="title">${escaped(title)}: ${duration(end - begin)}</text>`);
    y += 26;
    for (const { label, phase, begin: from, end: to, note } of rows) {
      const x = labelWidth + (from - begin) * scale;
      const length = Math.max(2, (to - from) * scale);
      parts.push(
        `<text x="${labelWidth - 8}" y="${y + 15}" class="label">${escaped(label)}</text>`,
        `<rect x="${x.toFixed(1)}" y="${y + 4}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="2" fill="${colours[phase]}"/>`,
        `<text x="${(x + length + 6).toFixed(1)}" y="${y + 15}" class="time${note ? ' bad' : ''}">${duration(to - from)}${escaped(note)}</text>`,
      );
      y += rowHeight;
    }
    y += chartGap;
  }
  const height = Math.max(40, y - chartGap + 8);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Timeline of the host">
<style>
  .back { fill: #fff } text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 13px } .label { text-anchor: end } .time { fill: #57606a } .bad { fill: #cf222e }
  @media (prefers-color-scheme: dark) { .back { fill: #0d1117 } text { fill: #e6edf3 } .time { fill: #8b949e } .bad { fill: #ff7b72 } }
</style>
<rect class="back" width="100%" height="100%"/>
${parts.join('\n')}
</svg>
`;
}

/** XML has no control characters at all. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- that is what is taken out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd').replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}
