import { randomBytes } from 'node:crypto';

/** A random instance identifier: 8 base64url characters from the system's secure random numbers. */
export function createInstanceId(): string {
  return randomBytes(6).toString('base64url');
}
