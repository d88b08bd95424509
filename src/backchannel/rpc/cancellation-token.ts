import type { CancellationToken } from 'vscode-jsonrpc/node';
import { onAbort } from '../../hosting/primitives/index.js';

/** The signal in the form that vscode-jsonrpc takes. */
export function cancellationTokenOf(signal: AbortSignal): CancellationToken {
  return {
    get isCancellationRequested() {
      return signal.aborted;
    },
    onCancellationRequested: listener => {
      const registration = onAbort(signal, () => void listener(undefined));
      return { dispose: () => registration[Symbol.dispose]() };
    },
  };
}
