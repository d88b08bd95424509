import type { ResponseMessage } from 'vscode-jsonrpc/node';

/** What the serving end answers a request with, as it is: thrown by what serves it. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';

  constructor(
    readonly code: number,
    message: string,
    readonly data?: object,
  ) {
    super(message);
  }

  toJson(): NonNullable<ResponseMessage['error']> {
    const { code, message, data } = this;
    return { code, message, data };
  }
}
