import { timeOfPs } from '../ps-crowd.mjs';

export default timeOfPs({ count: 1_000, atMost: { floor: 1.3, native: 0.42 }, runs: 41 });
