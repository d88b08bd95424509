export { ConsoleLifetime } from './console-lifetime.js';
export { ConsoleLifetimeOptions } from './console-lifetime-options.js';
export { IHostLifetime, NullLifetime } from './host-lifetime.js';
export { IProcessControl, SystemProcessControl, type TerminationSignal } from './process-control.js';
export { addSystemd, SystemdLifetime } from './systemd-lifetime.js';
export { ISystemdNotifier, SystemdNotifier } from './systemd-notifier.js';
export { isSystemdService, type ProcessOrigin } from './systemd-service.js';
