console.log(`a
b`.length);
throw new Error('third line');
