/**
 * Which trace a call belongs to, in the words of W3C Trace Context; travels beside `method` on requests and notifications, never on answers.
 *
 * @see StreamJsonRpc.ActivityTracingStrategy
 */
export interface TraceContext {
  /** Such as `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`. */
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
}

const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;
const maxLength = 512;

/** The trace context in a message; undefined when there is none, or what is there cannot be one. */
export function readTraceContext({ traceparent, tracestate }: Readonly<Record<string, unknown>>): TraceContext | undefined {
  if (typeof traceparent !== 'string' || traceparent.length > maxLength || !traceparentPattern.test(traceparent)) return undefined;
  const hasState = typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= maxLength;
  return hasState ? { traceparent, tracestate } : { traceparent };
}
