import { setImmediate } from 'node:timers';

// Node's own, and taken when the module is loaded: Jest replaces the global one, perhaps before anything is loaded, and Sinon later also the module's.
const takeTurn = setImmediate;

/** Calls back in the next turn of the real event loop, whatever fake timers are at work. */
export function nextTurn(callback: () => void): void {
  takeTurn(callback);
}
