console.log('before');
throw new Error('wrong');
