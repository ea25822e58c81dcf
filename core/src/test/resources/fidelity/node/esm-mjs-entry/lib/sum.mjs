export const sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);
export default 'default of sum';
