import { basename } from 'node:path';
import type { IConsoleStream } from '../../hosting/console.js';
import { type Painter, painterFor } from '../output/colour.js';
import { printable } from '../output/text-width.js';
import type { FeedEvent } from './app-host-feed.js';
import type { DemoView } from './demo-view.js';
import { stateColour } from './resource-text.js';

/** One plain line for each change, for pipes and logs. */
export class LineView implements DemoView {
  readonly #paint: Painter;

  constructor(private readonly out: IConsoleStream) {
    this.#paint = painterFor(out);
  }

  show(event: FeedEvent): void {
    const { appHost } = event;
    this.out.write(`${printable(basename(appHost.path))} (${appHost.processId}): ${this.#describe(event)}\n`);
  }

  #describe(event: FeedEvent): string {
    if (event.kind === 'appHostAppeared') return 'AppHost found';
    if (event.kind === 'appHostGone') return event.reason === undefined ? 'AppHost gone' : `AppHost lost: ${printable(event.reason)}`;
    const { displayName, name, state, healthStatus } = event.resource;
    const text = `${printable(state || 'Unknown')}${healthStatus ? ` (${printable(healthStatus)})` : ''}`;
    return `${printable(displayName ?? name)} ${this.#paint(text, stateColour(event.resource))}`;
  }

  tick(): void {}

  [Symbol.dispose](): void {}
}
