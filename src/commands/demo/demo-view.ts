import type { FeedEvent } from './app-host-feed.js';

/** Shows what the feed tells. */
export interface DemoView extends Disposable {
  show(event: FeedEvent): void;
  /** Called about once a second, for what changes with time alone. */
  tick(): void;
}
