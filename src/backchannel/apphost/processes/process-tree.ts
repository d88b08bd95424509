import type { ProcessEntry } from '../../naming/process-snapshot.js';

/** A process that is or was there; the number alone may be another's by now. */
export type ProcessIdentity = Pick<ProcessEntry, 'pid' | 'startedAt'>;

/**
 * Everything that belongs to `root`: itself, its group and session, its descendants also where they have groups and sessions of their own, and what of `known`
 * is still there, with the same of theirs.
 *
 * What was left by all its ancestors *and* has a session of its own cannot be told from a stranger, unless it is known from before.
 */
export function treeOf(root: ProcessIdentity, known: Iterable<ProcessIdentity>, all: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const members = new Set<number>();
  const start = new Map([...known, root].map(({ pid, startedAt }) => [pid, startedAt]));
  for (const { pid, startedAt } of all) if (start.get(pid) === startedAt) members.add(pid);
  // The system gives the number of a group to nobody else, unless there is nobody left in it: then it is a stranger's.
  const isStrangers = all.some(({ pid, startedAt }) => pid === root.pid && startedAt !== root.startedAt);
  const leaders = new Set(isStrangers ? members : [...members, root.pid]);
  for (let size = -1; size !== members.size;) {
    size = members.size;
    for (const { pid, parent, group, session } of all) {
      if (members.has(pid) || !(members.has(parent) || leaders.has(group) || leaders.has(session))) continue;
      members.add(pid);
      leaders.add(pid);
    }
  }
  return all.filter(({ pid }) => members.has(pid) && pid !== process.pid && pid > 1);
}
