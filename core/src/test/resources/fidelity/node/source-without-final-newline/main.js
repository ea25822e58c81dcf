console.log('last line');
throw new Error('no newline')