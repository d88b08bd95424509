export { addAppHost } from './add-app-host.js';
export { AppHostBackchannel } from './app-host-backchannel.js';
export { AppHostOptions } from './app-host-options.js';
