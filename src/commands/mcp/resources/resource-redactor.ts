import type { CommandArgument, ResourceCommand, ResourceSnapshot, ResourceUrl } from '../../../backchannel/contract/index.js';
import { SecretRedactor } from '../../../hosting/logging/index.js';
import { secretMask } from '../../../hosting/primitives/index.js';
import { truncate, truncationMark } from './bounded-text.js';
import { namesSecret, redactText } from './redact-text.js';

/** The longest text within a resource. */
const maxTextLength = 4_096;
/** So many values of the properties of one resource are shown. */
const maxValues = 2_000;
/** So many secrets are looked for in every text. */
const maxSecrets = 500;

/** Values of names that are those of secrets, and no secrets: looking for them would mask half of what is there, and words by which real secrets are found. */
const noSecret = /^(true|false|none|null|https?|basic|bearer|passw(or)?d|secret|token|\d{1,5})$/i;
/** Where something listens and nothing more, as connection strings without a password are. */
const address = /^(?:[a-z][a-z\d+.-]*:\/\/[\w.-]+(?::\d{1,5})?\/?|(?:localhost|\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})$/i;
const port = /:\d{1,5}$/;
/** What tells of each argument of a list whether it is secret. */
const sensitivityOf: Readonly<Record<string, string>> = { 'resource.appArgs': 'resource.appArgsSensitivity' };

/**
 * Takes secrets out of resources before a model sees them: values of the environment always, whatever is named like a secret, what has the form of one, and the values of secrets
 * of the environment wherever else they appear.
 *
 * Differs from .NET, which withholds values of the environment, and whose snapshots have the dashboard's login token in an address, and secrets in properties.
 */
export class ResourceRedactor {
  readonly #known = new SecretRedactor();

  /** @param resources all of the AppHost: a secret of one may be shown by another */
  constructor(resources: readonly ResourceSnapshot[]) {
    const names = new Set(resources.flatMap(({ name, displayName }) => [name.toLowerCase(), displayName?.toLowerCase()]));
    const isNameOf = (value: string) => names.has(value.toLowerCase().replace(port, ''));
    const values = resources.flatMap(secretsOf).map(value => value.trim());
    const secrets = new Set(values.filter(value => !noSecret.test(value) && !address.test(value) && !isNameOf(value)));
    for (const secret of [...secrets].slice(0, maxSecrets)) this.#known.addSecret(secret);
  }

  /** A copy without secrets. Names by which something is asked for, types and states stay as they are. */
  redact(resource: ResourceSnapshot): ResourceSnapshot {
    return {
      ...resource,
      urls: resource.urls.map(url => this.#url(url)),
      healthReports: resource.healthReports.map(report => ({
        ...report,
        description: this.#textOrNull(report.description),
        exceptionText: this.#textOrNull(report.exceptionText),
      })),
      volumes: resource.volumes.map(volume => ({ ...volume, source: this.#textOrNull(volume.source), target: this.text(volume.target) })),
      environmentVariables: resource.environmentVariables.map(variable => ({ ...variable, value: null })),
      properties: this.#properties(resource.properties),
      commands: resource.commands.map(command => this.#command(command)),
    };
  }

  /** A text without secrets, cut when it is long. */
  text(text: string): string {
    // Cut later than it is shown, so that no half of a secret stands at the end of what is.
    return truncate(redactText(this.#known.redact(text.slice(0, 2 * maxTextLength))), maxTextLength);
  }

  #textOrNull(text: string | null): string | null {
    return text === null ? null : this.text(text);
  }

  #properties(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const budget = { left: maxValues };
    return Object.fromEntries(
      Object.entries(properties).map(([name, value]) => {
        const sensitivity = sensitivityOf[name] === undefined ? undefined : properties[sensitivityOf[name]];
        return [name, namesSecret(name) ? maskedWhole(value) : this.#value(value, budget, sensitivity)];
      }),
    );
  }

  #value(value: unknown, budget: { left: number }, sensitivity?: unknown): unknown {
    if (budget.left-- <= 0) return truncationMark;
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return this.#list(value, budget, Array.isArray(sensitivity) ? sensitivity : []);
    const hidesValue = isNamedSecret(value as Readonly<Record<string, unknown>>);
    return Object.fromEntries(
      bounded(Object.entries(value), budget).map(([name, item]) => {
        const isSecret = namesSecret(name) || (hidesValue && /^value$/i.test(name));
        return [name, isSecret ? maskedWhole(item) : this.#value(item, budget)];
      }),
    );
  }

  #list(items: readonly unknown[], budget: { left: number }, sensitivity: readonly unknown[]): readonly unknown[] {
    return bounded(items, budget).map((item, index) => {
      const isSecret = Boolean(sensitivity[index]) || isValueOfSecret(items, index);
      return isSecret ? maskedWhole(item) : this.#value(item, budget);
    });
  }

  #url({ url, displayProperties, ...rest }: ResourceUrl): ResourceUrl {
    return {
      ...rest,
      url: this.text(url),
      displayProperties: displayProperties && { ...displayProperties, displayName: this.#textOrNull(displayProperties.displayName) },
    };
  }

  #command(command: ResourceCommand): ResourceCommand {
    return {
      ...command,
      displayName: this.#textOrNull(command.displayName),
      description: this.#textOrNull(command.description),
      argumentInputs: command.argumentInputs.map(argument => this.#argument(argument)),
    };
  }

  #argument(argument: CommandArgument): CommandArgument {
    const isSecret = argument.inputType === 'SecretText' || namesSecret(argument.name);
    return {
      ...argument,
      label: this.#textOrNull(argument.label),
      options: argument.options && Object.fromEntries(Object.entries(argument.options).map(([value, label]) => [value, this.#textOrNull(label)])),
      description: this.#textOrNull(argument.description),
      placeholder: this.#textOrNull(argument.placeholder),
      value: isSecret ? null : this.#textOrNull(argument.value),
    };
  }
}

function secretsOf({ environmentVariables, properties, commands }: ResourceSnapshot): readonly string[] {
  const variables = environmentVariables.filter(({ name }) => namesSecret(name)).map(({ value }) => value);
  const named = Object.entries(properties).flatMap(([name, value]) => (namesSecret(name) && typeof value === 'string' ? value : []));
  const inputs = commands.flatMap(({ argumentInputs }) => argumentInputs.filter(({ inputType }) => inputType === 'SecretText').map(({ value }) => value));
  return [...variables, ...named, ...inputs].filter(value => value !== null && value !== '') as string[];
}

/** `--password`, `x`: the second of them. Older AppHosts write dictionaries as lists of pairs, which this finds, too. */
function isValueOfSecret(items: readonly unknown[], index: number): boolean {
  const [previous, item] = [items[index - 1], items[index]];
  if (typeof previous !== 'string' || typeof item !== 'string' || item.startsWith('--')) return false;
  return (items.length === 2 || /^--?\w[\w-]*$/.test(previous)) && namesSecret(previous);
}

/** `{ name: 'API_KEY', value }`, or one that says of itself that it is sensitive. */
function isNamedSecret(value: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(value).some(([name, member]) => {
    if (/^(name|key)$/i.test(name)) return typeof member === 'string' && namesSecret(member);
    return /^is(Secret|Sensitive)$/i.test(name) && member === true;
  });
}

/** What says only whether there is a secret is none. */
function maskedWhole(value: unknown): unknown {
  return value === null || value === undefined || value === '' || typeof value === 'boolean' ? value : secretMask;
}

function bounded<T>(items: readonly T[], { left }: { readonly left: number }): readonly T[] {
  return items.slice(0, Math.max(left, 0) + 1);
}
