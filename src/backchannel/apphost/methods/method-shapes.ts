import { ArgumentNullError } from '../../../hosting/primitives/index.js';
import { ContractError } from '../../contract/index.js';
import { InvalidParamsError, type RpcCallContext, type RpcMethod } from '../../rpc/index.js';

/** A method without a request: `[]`, `{}` or nothing. */
export function plainMethod(invoke: (context: RpcCallContext) => unknown): RpcMethod {
  return { parameters: [], invoke: (_, context) => invoke(context) };
}

/** A method whose request may be left out, be null or be empty; each is read as an empty one. */
export function optionalRequest<T>(read: (value: unknown) => T, invoke: (request: T, context: RpcCallContext) => unknown): RpcMethod {
  return { parameters: ['request'], required: 0, invoke: ([value], context) => invoke(readable(read, value ?? {}), context) };
}

/** A method that cannot do without its request. */
export function mandatoryRequest<T>(read: (value: unknown) => T, invoke: (request: T, context: RpcCallContext) => unknown): RpcMethod {
  return {
    parameters: ['request'],
    invoke: ([value], context) => {
      // Not a matter of parameters: -32000, as in .NET.
      if (value === null || value === undefined) throw new ArgumentNullError('request');
      return invoke(readable(read, value), context);
    },
  };
}

/** Reads what a client sent; what cannot be read is answered as parameters that do not fit. */
export function readable<T>(read: (value: unknown) => T, value: unknown): T {
  try {
    return read(value);
  } catch (error) {
    throw error instanceof ContractError ? new InvalidParamsError(error.message, { cause: error }) : error;
  }
}
