import { listen } from '../../primitives/listen.js';

/** Runs `listener` when the process exits in whatever orderly way, also by `process.exit`: what it does has to be synchronous. */
export function onProcessExit(listener: () => void): Disposable {
  return listen(process, 'exit', listener);
}
