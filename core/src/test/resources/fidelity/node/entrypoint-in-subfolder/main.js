console.log('not beside run.js');
