import { readResourceSnapshot } from '../../../../src/backchannel/contract/index.js';
import type { ResourceSnapshot } from 'hostward/backchannel';

/** A resource that has a name, and beyond that what is given. */
export function snapshot(name: string, facts: object = {}): ResourceSnapshot {
  return readResourceSnapshot({ name, displayName: name, resourceType: 'Executable', state: 'Running', ...facts });
}

/** An environment variable that the application declares. */
export function variable(name: string, value: string): object {
  return { name, value, isFromSpec: true };
}
