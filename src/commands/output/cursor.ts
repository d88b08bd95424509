import type { IConsoleStream } from '../../hosting/console.js';
import { onDispose } from '../../hosting/primitives/index.js';

/** Hides the cursor until the result is disposed, or until the process ends in whatever way it can still notice. */
export function hideCursor(out: IConsoleStream): Disposable {
  const show = onDispose(() => {
    process.off('exit', atExit);
    out.write('\u001b[?25h');
  });
  const atExit = (): void => show[Symbol.dispose]();
  process.once('exit', atExit);
  out.write('\u001b[?25l');
  return show;
}
