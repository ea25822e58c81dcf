console.log('before');
Promise.reject('only text');
