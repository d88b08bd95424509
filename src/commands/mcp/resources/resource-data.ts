import type { ResourceSnapshot } from '../../../backchannel/contract/index.js';
import { asOneLine } from './bounded-text.js';
import { describedResource } from './described-resource.js';
import { ResourceIndex } from './resource-index.js';
import { ResourceRedactor } from './resource-redactor.js';
import { toSnakeCase } from './snake-case.js';

/** The longest list of resources, in characters. */
const maxLength = 1_000_000;
/** So many of those that did not find room are named. */
const maxNamed = 20;
const separator = ',\n';
/** By this an application keeps a resource from models. */
const exclusionProperty = 'resource.excludeFromMcp';

/** The resources of an AppHost in the form in which a model is given them. */
export interface ResourceData {
  readonly count: number;
  /** An indented JSON array. */
  readonly json: string;
  /** What had no room, as a sentence; undefined when everything had. */
  readonly omission: string | undefined;
}

/**
 * The resources for a model: those that the application keeps from models left out, secrets masked, bounded.
 *
 * @param dashboardUrl with a login token or without, which is never passed on
 */
export function resourceData(resources: readonly ResourceSnapshot[], dashboardUrl: string | undefined): ResourceData {
  const visible = resources.filter(resource => !isExcluded(resource));
  const redactor = new ResourceRedactor(resources);
  const surroundings = { index: new ResourceIndex(visible), dashboardUrl: dashboardUrl === undefined ? undefined : redactor.text(withoutLogin(dashboardUrl)) };
  const texts: string[] = [];
  const omitted: string[] = [];
  let length = '[\n\n]'.length;
  for (const resource of visible) {
    // Behind one that is too long, smaller ones may find room; but not all are tried.
    const text = omitted.length < maxNamed ? indented(toSnakeCase(describedResource(redactor.redact(resource), surroundings))) : '';
    if (text === '' || length + text.length > maxLength) omitted.push(resource.name);
    else {
      texts.push(text);
      length += text.length + separator.length;
    }
  }
  return { count: visible.length, json: texts.length > 0 ? `[\n${texts.join(separator)}\n]` : '[]', omission: omissionOf(omitted) };
}

/** The address of a dashboard, without the way in. */
export function withoutLogin(dashboardUrl: string): string {
  return dashboardUrl
    .replace(/[?#].*$/s, '')
    .replace(/\/login\/?$/, '')
    .replace(/\/+$/, '');
}

function indented(value: unknown): string {
  return `  ${JSON.stringify(value, undefined, 2).replaceAll('\n', '\n  ')}`;
}

function isExcluded({ properties }: ResourceSnapshot): boolean {
  const value = Object.hasOwn(properties, exclusionProperty) ? properties[exclusionProperty] : undefined;
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true');
}

function omissionOf(omitted: readonly string[]): string | undefined {
  if (omitted.length === 0) return undefined;
  const named = omitted.slice(0, maxNamed).map(asOneLine).join(', ');
  const more = omitted.length > maxNamed ? ` and ${omitted.length - maxNamed} more` : '';
  return `Left out, because the answer would have had more than ${maxLength} characters: ${named}${more}.`;
}
