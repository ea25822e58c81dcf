console.error('only here');
