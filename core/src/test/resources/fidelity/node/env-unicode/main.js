console.log(process.env.GRUSS, process.env.GRUSS.length);
