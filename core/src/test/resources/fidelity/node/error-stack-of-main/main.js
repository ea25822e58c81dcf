console.log(new Error('whole').stack);
