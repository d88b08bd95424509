import { basename } from 'node:path';
import type { ResourceSnapshot } from '../../backchannel/contract/index.js';
import type { IConsoleStream } from '../../hosting/console.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import { type Painter, painterFor } from '../output/colour.js';
import { hideCursor } from '../output/cursor.js';
import { renderTable } from '../output/table.js';
import { printable, truncate } from '../output/text-width.js';
import type { FeedAppHost, FeedEvent } from './app-host-feed.js';
import type { DemoView } from './demo-view.js';
import { stateColour, uptime } from './resource-text.js';

const clearToEnd = '\u001b[J';

/** All AppHosts and their resources as a table that is redrawn where it stands. */
export class LiveTableView implements DemoView {
  readonly #appHosts = new Map<string, { readonly appHost: FeedAppHost; readonly resources: Map<string, ResourceSnapshot> }>();
  readonly #paint: Painter;
  readonly #resize: Disposable;
  readonly #cursor: Disposable;
  #drawnLines = 0;
  #hasEnded = false;

  constructor(
    private readonly out: IConsoleStream,
    private readonly timeProvider: TimeProvider,
  ) {
    this.#paint = painterFor(out);
    this.#resize = out.onResize(() => this.tick());
    this.#cursor = hideCursor(out);
    this.tick();
  }

  show(event: FeedEvent): void {
    const { appHost } = event;
    const key = `${appHost.path}\n${appHost.processId}`;
    if (event.kind === 'appHostAppeared') this.#appHosts.set(key, { appHost, resources: new Map() });
    else if (event.kind === 'appHostGone') this.#appHosts.delete(key);
    else this.#appHosts.get(key)?.resources.set(event.resource.name, event.resource);
    this.tick();
  }

  tick(): void {
    const rows = this.out.rows ?? 24;
    // A line that wraps would count as two.
    const lines = this.#render()
      .split('\n')
      .slice(0, -1)
      .map(line => truncate(line, this.out.columns ?? Infinity));
    // A table that is taller than the terminal cannot be drawn over: the end gives way.
    const visible = lines.length < rows ? lines : [...lines.slice(0, rows - 2), `… ${lines.length - rows + 2} more lines`];
    const up = this.#drawnLines > 0 ? `\u001b[${this.#drawnLines}A\r` : '';
    this.out.write(`${up}${clearToEnd}${visible.join('\n')}\n`);
    this.#drawnLines = visible.length;
  }

  /** Leaves the last state on the screen. */
  [Symbol.dispose](): void {
    this.#hasEnded = true;
    this.tick();
    this.#resize[Symbol.dispose]();
    this.#cursor[Symbol.dispose]();
  }

  #render(): string {
    const now = this.timeProvider.getUtcNowMilliseconds();
    const rows = [...this.#appHosts.values()].flatMap(({ appHost, resources }) => {
      const name = `${printable(basename(appHost.path))} (${appHost.processId})`;
      if (resources.size === 0) return [[name, '-', '-', '-', '-']];
      return [...resources.values()].map((resource, index) => {
        const colour = stateColour(resource);
        return [
          index === 0 ? name : '',
          printable(resource.displayName ?? resource.name),
          this.#paint(printable(resource.state || 'Unknown'), colour),
          this.#paint(printable(resource.healthStatus ?? '-'), colour),
          uptime(resource, now),
        ];
      });
    });
    const table =
      rows.length > 0
        ? renderTable(['AppHost', 'Resource', 'State', 'Health', 'Uptime'], rows, this.out.columns)
        : this.#hasEnded
          ? 'No AppHost is left.\n'
          : 'Waiting for an AppHost...\n';
    return this.#hasEnded ? table : `${table}Ctrl+C ends the demo.\n`;
  }
}
