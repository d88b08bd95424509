// A module of its own, loaded when a hash is needed. It names its import statically, because bundlers show a CommonJS package that is imported
// dynamically as one default export.
export { xxhash3 } from 'hash-wasm';
