process.argv.forEach((argument, index) => console.log(index, JSON.stringify(argument)));
