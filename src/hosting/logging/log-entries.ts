import { isError } from '../primitives/errors.js';
import { HostwardError, secretMask } from '../primitives/index.js';
import type { TimeProvider } from '../time/index.js';
import { type ActivityTracking, activityScope } from './activity-scope.js';
import { LogScopes } from './log-scopes.js';
import type { EventId, LogEntry, LogScope, LogScopeState, LogValues } from './logger.js';
import type { LogLevel } from './log-level.js';
import { MessageTemplates } from './message-templates.js';
import type { SecretRedactor } from './secret-redactor.js';
import { valueText } from './value-text.js';

const noValues: LogValues = [];
const noScopes: readonly LogScope[] = [];

/** What is written: a template with its values, both as the caller gave them. */
export interface LogState {
  readonly level: LogLevel;
  readonly eventId: EventId;
  readonly error: unknown;
  readonly template: unknown;
  readonly args: readonly unknown[];
}

/** Makes the entries of all loggers of a factory: fills templates, takes secrets out, adds the scopes. */
export class LogEntries implements Disposable {
  readonly scopes: LogScopes = new LogScopes();
  /** Whether entries come with the scopes around them. */
  capturesScopes = true;
  readonly #templates: MessageTemplates;
  /** The scopes as they were when there were as many secrets. */
  readonly #redactedScopes = new WeakMap<LogScope, { readonly version: number; readonly scope: LogScope }>();

  constructor(
    private readonly timeProvider: TimeProvider,
    private readonly redactor: SecretRedactor,
    private readonly activityTracking: ActivityTracking | undefined,
  ) {
    this.#templates = new MessageTemplates(redactor);
  }

  /** Never throws, whatever the state is. */
  create(category: string, state: LogState): LogEntry {
    const { level, eventId } = state;
    const error = state.error === undefined || state.error === null ? undefined : toErrorSafely(state.error);
    const template = textOfTemplate(state.template, error);
    const { message, values } = this.#fill(template, state.args);
    const { redactor } = this;
    const { hasSecrets } = redactor;
    return {
      level,
      category,
      eventId,
      message,
      template: hasSecrets ? redactor.redact(template) : template,
      values,
      scopes: this.capturesScopes ? this.#scopesAround() : noScopes,
      error: hasSecrets && error ? redactor.redactValue(error) : error,
      timestamp: this.timeProvider.getUtcNowMilliseconds(),
    };
  }

  /** The scope that a caller opens, as it is now: later changes of objects in it do not show. */
  createScope(state: LogScopeState, args: readonly unknown[]): LogScope {
    if (typeof state !== 'string') return this.#scopeOfValues(state);
    if (args.length === 0) return { text: state, values: undefined, template: state };
    const { message, values } = this.#fill(state, args);
    return { text: message, values: values.length > 0 ? values : undefined, template: state };
  }

  [Symbol.dispose](): void {
    this.scopes[Symbol.dispose]();
  }

  #fill(text: string, args: readonly unknown[]): { message: string; values: LogValues } {
    const { redactor } = this;
    if (args.length === 0) return { message: redactor.redact(text), values: noValues };
    const { template, isSecret } = this.#templates.get(text);
    let shown = isSecret ? args.map((value, index) => (isSecret[index] && value !== null && value !== undefined ? secretMask : value)) : args;
    if (!redactor.hasSecrets) return { message: template.render(shown), values: template.valuesOf(shown) };
    shown = shown.map(value => redactor.redactValue(value));
    return { message: redactor.redact(template.render(shown)), values: template.valuesOf(shown) };
  }

  #scopeOfValues(state: Readonly<Record<string, unknown>>): LogScope {
    try {
      const values = Object.entries(state).map(
        ([name, value]) => [name, this.redactor.masks(name) && value !== null && value !== undefined ? secretMask : value] as const,
      );
      return { text: values.map(([name, value]) => `${name}:${valueText(value)}`).join(', '), values };
    } catch {
      return { text: valueText(state), values: undefined };
    }
  }

  #scopesAround(): readonly LogScope[] {
    const { current } = this.scopes;
    const open = this.redactor.hasSecrets ? current.map(scope => this.#redactScope(scope)) : current;
    const activity = this.activityTracking && activityScope(this.activityTracking);
    return activity ? [activity, ...open] : open;
  }

  #redactScope(scope: LogScope): LogScope {
    const { redactor } = this;
    const known = this.#redactedScopes.get(scope);
    if (known?.version === redactor.version) return known.scope;
    const redacted = redactor.redactValue(scope);
    this.#redactedScopes.set(scope, { version: redactor.version, scope: redacted });
    return redacted;
  }
}

/** JavaScript can call without a template: with an error alone, which then speaks for itself. */
function textOfTemplate(template: unknown, error: Error | undefined): string {
  if (typeof template === 'string') return template;
  if (template === undefined && error) return messageOf(error);
  return template === undefined || template === null ? '[null]' : valueText(template);
}

function messageOf(error: Error): string {
  try {
    return valueText(error.message);
  } catch {
    return valueText(error);
  }
}

function toErrorSafely(thrown: unknown): Error {
  try {
    if (isError(thrown)) return thrown;
  } catch {
    // A proxy without a target. It is wrapped like anything that is no error.
  }
  return new HostwardError('ERR_NOT_AN_ERROR', `A value that is no Error was thrown: ${valueText(thrown)}`, { cause: thrown });
}
