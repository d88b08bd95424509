import type { ResourceSnapshot } from '../../backchannel/contract/index.js';
import type { Colour } from '../output/colour.js';

/** The colour of a resource: that of its health while it runs, that of its end afterwards. */
export function stateColour({ state, healthStatus, stateStyle }: ResourceSnapshot): Colour | undefined {
  if (stateStyle === 'error' || healthStatus === 'Unhealthy' || state === 'FailedToStart') return 'red';
  if (healthStatus === 'Degraded' || state === 'Starting' || state === 'Stopping' || state === 'Waiting') return 'yellow';
  if (state === 'Running') return 'green';
  return state === 'Exited' || state === 'Finished' ? 'grey' : undefined;
}

/** How long a resource has run, or ran: `42s`, `3m07s`, `1h02m`. */
export function uptime({ startedAt, stoppedAt }: ResourceSnapshot, now: number): string {
  const start = startedAt ? Date.parse(startedAt) : NaN;
  if (Number.isNaN(start)) return '-';
  const end = stoppedAt ? Date.parse(stoppedAt) : now;
  const seconds = Math.max(0, Math.floor((end - start) / 1000));
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${twoDigits(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${twoDigits(Math.floor(seconds / 60) % 60)}m`;
}
