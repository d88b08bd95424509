import { monitorAppear } from '../monitor-appear.mjs';

/** @type {import('../contract').Benchmark<any>} */
export default monitorAppear(99, 100);
