/** What a JSON-RPC error says of itself by its number. */
export const rpcErrorCodes = { parseError: -32700, invalidRequest: -32600, methodNotFound: -32601, invalidParams: -32602, internalError: -32603 } as const;

/** A request that is answered with an error of the protocol instead of a result. The message goes to the client as it is. */
export class McpRefusal extends Error {
  override readonly name = 'McpRefusal';

  constructor(
    /** One of {@link rpcErrorCodes}: the number on the wire. */
    readonly code: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
