export { LastUsed } from './last-used.js';
