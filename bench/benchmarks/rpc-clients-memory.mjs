import { rpcClients } from '../rpc-clients.mjs';

/** @type {import('../contract').Benchmark<any>} */
export default rpcClients('live');
