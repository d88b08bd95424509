import { appHostClients } from '../apphost-clients.mjs';

/** @type {import('../contract').Benchmark<any>} */
export default appHostClients('resident');
