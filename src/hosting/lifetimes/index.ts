export { ConsoleLifetime, ConsoleLifetimeOptions } from './console-lifetime.js';
export { IHostLifetime, NullLifetime } from './host-lifetime.js';
export { IProcessControl, SystemProcessControl, type TerminationSignal } from './process-control.js';
