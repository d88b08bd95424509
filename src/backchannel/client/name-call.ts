import { DeadlineExceededError, HostwardError } from '../../hosting/primitives/index.js';

const maxPathLength = 200;

/** How messages call an AppHost. The path is its own word: what would control a terminal is replaced, and a long one is cut. */
export function appHostName(path: string | undefined): string {
  if (path === undefined) return 'the AppHost';
  const shown = path.length > maxPathLength ? `${path.slice(0, maxPathLength)}…` : path;
  return `the AppHost '${shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd')}'`;
}

/**
 * The error of a call with what was asked of whom in its message.
 *
 * It stays of its class, and keeps its fields, for callers match on them. It must be an error of this one call, as those of {@link RpcClient} and of the readers are.
 * What is no error of ours, such as a cancellation, comes back as it is.
 */
export function nameCall(error: unknown, method: string, appHost: string): unknown {
  if (error instanceof DeadlineExceededError) return new DeadlineExceededError(`The call '${method}' to ${appHost}`, error.milliseconds);
  if (!(error instanceof HostwardError)) return error;
  const { message, stack } = error;
  const named = message.includes(`'${method}'`) ? `${upperFirst(appHost)}: ${message}` : `'${method}' of ${appHost}: ${message}`;
  error.message = named;
  // What prints an error prints its stack, which begins with the message that it was made with.
  if (stack !== undefined) error.stack = stack.replace(message, () => named);
  return error;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
