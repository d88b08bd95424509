/** A test of the .NET host that has no counterpart here although it would have a meaning. */
export interface DeliberateException {
  readonly section: string;
  readonly name: string;
  readonly reason: string;
}

const diagnostic = 'the hint about the content root stands only in development snapshots; 11.0.0 was released without it';
const untilNet9 = 'up to .NET 9 start ran the work to its first await and failed with it; since .NET 10 it never does';

export const deliberateExceptions: readonly DeliberateException[] = [
  { section: '5.4', name: 'StartReturnsCompletedTaskIfLongRunningTaskIsIncomplete', reason: untilNet9 },
  { section: '5.4', name: 'StartReturnsCompletedTaskIfCancelled', reason: untilNet9 },
  { section: '5.4', name: 'StartReturnsLongRunningTaskIfFailed', reason: untilNet9 },
  { section: '5.7', name: 'DoesNotLogContentRootDiagnostic_WhenContentRootDiffersFromCwd', reason: diagnostic },
  { section: '5.7', name: 'DoesNotLogContentRootDiagnostic_WhenAppSettingsExists', reason: diagnostic },
  { section: '5.7', name: 'LogsContentRootDiagnostic_WhenDefaultsAppliedAndAppSettingsMissing', reason: diagnostic },
  { section: '5.7', name: 'DoesNotLogContentRootDiagnostic_WhenNoFileSourceRegistered', reason: diagnostic },
  { section: '5.7', name: 'LogsContentRootDiagnostic_WhenContentRootIsFilesystemRoot', reason: diagnostic },
  { section: '5.7', name: 'LogsContentRootDiagnostic_EvenWhenApplicationFailsToStart', reason: diagnostic },
];
