console.log(new Error('whole').stack);
setTimeout(() => console.log(new Error('in a timer').stack), 1);
