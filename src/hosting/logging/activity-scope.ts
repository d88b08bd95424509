import type { LogScope } from './logger.js';

/** Where in a trace the program is; the `SpanContext` of OpenTelemetry is one. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  /** Default: sixteen zeros, the mark of a span that has none. */
  readonly parentSpanId?: string | undefined;
  readonly traceFlags?: number | undefined;
  readonly traceState?: { serialize(): string } | undefined;
}

/** What of a trace goes into the entries. @see Microsoft.Extensions.Logging.ActivityTrackingOptions */
export type ActivityTrackingField = 'SpanId' | 'TraceId' | 'ParentId' | 'TraceFlags' | 'TraceState';

/** Says where in a trace the entries that are being written belong. */
export interface ActivityTracking {
  /** The trace context here and now, undefined outside of any. */
  readonly current: () => TraceContext | undefined;
  readonly fields: readonly ActivityTrackingField[];
}

/** What .NET's host tracks. */
export const defaultActivityTrackingFields: readonly ActivityTrackingField[] = ['SpanId', 'TraceId', 'ParentId'];

const order: readonly ActivityTrackingField[] = ['SpanId', 'TraceId', 'ParentId', 'TraceState', 'TraceFlags'];
const noParent = '0000000000000000';

/** The scope around all others that says where in a trace an entry was written; undefined outside of a trace, and where that cannot be told. */
export function activityScope({ current, fields }: ActivityTracking): LogScope | undefined {
  try {
    const context = current();
    if (!context) return undefined;
    const values = order.filter(field => fields.includes(field)).map(field => [field, fieldOf(context, field)] as const);
    return { text: values.map(([name, value]) => `${name}:${value}`).join(', '), values };
  } catch {
    return undefined;
  }
}

function fieldOf(context: TraceContext, field: ActivityTrackingField): string {
  switch (field) {
    case 'SpanId':
      return context.spanId;
    case 'TraceId':
      return context.traceId;
    case 'ParentId':
      return context.parentSpanId ?? noParent;
    case 'TraceState':
      return context.traceState?.serialize() ?? '';
    case 'TraceFlags':
      return ((context.traceFlags ?? 0) & 1) === 1 ? 'Recorded' : 'None';
  }
}
