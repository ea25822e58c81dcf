export const loud = (text) => text.toUpperCase();
