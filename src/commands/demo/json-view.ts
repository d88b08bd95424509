import type { IConsoleStream } from '../../hosting/console.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import type { FeedEvent } from './app-host-feed.js';
import type { DemoView } from './demo-view.js';

/** One JSON object a line for each change. */
export class JsonView implements DemoView {
  constructor(
    private readonly out: IConsoleStream,
    private readonly timeProvider: TimeProvider,
  ) {}

  show(event: FeedEvent): void {
    const { kind, appHost } = event;
    const common = {
      timestamp: new Date(this.timeProvider.getUtcNowMilliseconds()).toISOString(),
      kind,
      appHostPath: appHost.path,
      appHostPid: appHost.processId,
    };
    this.out.write(`${JSON.stringify({ ...common, ...details(event) })}\n`);
  }

  tick(): void {}

  [Symbol.dispose](): void {}
}

function details(event: FeedEvent): object {
  if (event.kind === 'appHostGone') return event.reason === undefined ? {} : { reason: event.reason };
  if (event.kind !== 'resourceChanged') return {};
  const { name, displayName, resourceType, state, healthStatus, exitCode, startedAt, stoppedAt } = event.resource;
  return { resource: { name, displayName, resourceType, state, healthStatus, exitCode, startedAt, stoppedAt } };
}
