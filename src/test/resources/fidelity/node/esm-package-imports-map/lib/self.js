export const name = 'self';
