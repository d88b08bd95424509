/** The error codes of JSON-RPC and StreamJsonRpc that travel on a backchannel. */
export const rpcErrorCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** A method threw. */
  invocationError: -32000,
  /** A stream token that is unknown, or is no more. */
  noSuchToken: -32001,
  /** A result that cannot be written as JSON. */
  responseNotSerializable: -32003,
  requestCanceled: -32800,
} as const;

/** The methods of the protocol itself. */
export const protocolMethods = {
  cancelRequest: '$/cancelRequest',
  nextItems: '$/enumerator/next',
  abortStream: '$/enumerator/abort',
} as const;

/** How long a frame that has begun may take to come unless the options say otherwise, in milliseconds. */
export const defaultFrameTimeout = 30_000;

/** The largest message that is read unless the options say otherwise: 64 MiB. */
export const defaultMaxMessageBytes = 67_108_864;
