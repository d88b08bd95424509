import { monitorAppear } from '../monitor-appear.mjs';

/** @type {import('../contract').Benchmark<any>} */
export default monitorAppear(50, 25);
