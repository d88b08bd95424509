import type { EventEmitter } from 'node:events';
import { onDispose } from './disposal.js';

/**
 * Listens until the result is disposed, and raises the emitter's limit of listeners by one meanwhile.
 *
 * For what the whole process shares, its signals and its streams: many hosts in one process are no leak, of which Node warns from the eleventh listener on.
 */
export function listen(emitter: EventEmitter, event: string, listener: (...args: unknown[]) => void): Disposable {
  changeLimit(emitter, 1);
  emitter.on(event, listener);
  return onDispose(() => {
    emitter.off(event, listener);
    changeLimit(emitter, -1);
  });
}

/** No limit, which is what 0 says, stays none. */
function changeLimit(emitter: EventEmitter, change: number): void {
  const limit = emitter.getMaxListeners();
  if (limit > 0) emitter.setMaxListeners(limit + change);
}
