const error = new Error('with more');
error.code = 'E_MORE';
error.details = { a: [1, { b: 2 }] };
throw error;
