console.log('x'.repeat(30000));
throw new Error('after much output');
