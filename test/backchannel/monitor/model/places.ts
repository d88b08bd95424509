/** Which of the socket directories. */
export type DirectoryKind = 'current' | 'legacy';

/** A name in a socket directory under which something may stand. */
export interface Place {
  readonly number: number;
  readonly directory: DirectoryKind;
  /** Whether that is a name which an AppHost gives, and so one that the monitor looks at. */
  readonly isLookedAt: boolean;
  /** Whether the name says which process made the socket. */
  readonly hasProcessId: boolean;
  /** The name when a process of that number makes the socket. */
  nameFor(processId: number): string;
}

const withId = (start: string) => (processId: number) => `${start}.${processId}`;
const always = (name: string) => () => name;

/** Every form of a name that was ever given, in both directories; two that differ in nothing but letter case; and two that no AppHost gives there. */
export const places: readonly Place[] = [
  { directory: 'current', isLookedAt: true, hasProcessId: true, nameFor: withId('X7PRTlj8i5MK8KKHUZa') },
  { directory: 'current', isLookedAt: true, hasProcessId: true, nameFor: withId('x7prtlj8i5mk8kkhuzA') },
  { directory: 'current', isLookedAt: true, hasProcessId: true, nameFor: withId('Pd8lP5fXBFQQAj7WAH9') },
  { directory: 'current', isLookedAt: true, hasProcessId: false, nameFor: always('lV5FiesG3mA') },
  { directory: 'current', isLookedAt: true, hasProcessId: true, nameFor: withId('auxi.sock.3ddf253f97d70454.0a1b2c3d4e5f') },
  { directory: 'legacy', isLookedAt: true, hasProcessId: true, nameFor: withId('auxi.sock.955e4589eb06de60.0a1b2c3d4e5f') },
  { directory: 'legacy', isLookedAt: true, hasProcessId: true, nameFor: withId('auxi.sock.5994471abb01112a') },
  { directory: 'legacy', isLookedAt: true, hasProcessId: false, nameFor: always('aux.sock.4081791ec000233d') },
  { directory: 'current', isLookedAt: false, hasProcessId: false, nameFor: always('cP0w28wUJ') },
  { directory: 'legacy', isLookedAt: false, hasProcessId: true, nameFor: withId('rXAFZXXlWxwMK8KKHUZ') },
].map((place, number) => ({ ...place, number }) as Place);
