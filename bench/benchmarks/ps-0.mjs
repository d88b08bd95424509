import { timeOfPs } from '../ps-crowd.mjs';

export default timeOfPs({ count: 0, atMost: { floor: 1.3, native: 1.4 } });
