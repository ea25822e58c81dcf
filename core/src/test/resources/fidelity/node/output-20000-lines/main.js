for (let number = 0; number < 20000; number++) console.log('line', number);
