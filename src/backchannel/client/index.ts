export { AppHostConnection, type CallOptions, type ConnectionOptions } from './app-host-connection.js';
