import { timeOfPs } from '../ps-crowd.mjs';

export default timeOfPs({ count: 10, atMost: { floor: 1.3, native: 1.3 } });
