export { maxLineLength, OutputLines } from './output-lines.js';
export { IProcessLauncher, type LaunchedProcess, type LaunchRequest, type ProcessExit, ProcessLaunchError, type StopSignal } from './process-launcher.js';
export { SystemProcessLauncher } from './system-process-launcher.js';
