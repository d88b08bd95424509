import { timeOfPs } from '../ps-crowd.mjs';

export default timeOfPs({ count: 100, atMost: { floor: 1.3, native: 0.8 } });
