import { memoryOfPs } from '../ps-crowd.mjs';

export default memoryOfPs({ count: 0 });
