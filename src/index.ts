export * from './hosting/index.js';
