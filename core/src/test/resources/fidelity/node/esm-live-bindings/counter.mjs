export let count = 0;
export const increment = () => ++count;
export { count as total, increment as default };
